"""The policy resolver: four levels, the strongest that says something wins."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.container_settings import Rule
from dockmon_cli.core.containers import Container
from dockmon_cli.core.policy import (
    LABELS,
    WORDS,
    Level,
    Pattern,
    Subject,
    Verdict,
    Word,
    resolve,
    strictness,
    subject_of,
)
from dockmon_cli.core.policy_defaults import DEFAULT_PATTERNS
from dockmon_cli.core.selection import parse_selector

HOST_ID = "7a0e1c1e-0000-4000-8000-000000000001"
ID = "0123456789ab" + "c" * 52


def container(name: str = "db", image: str = "web:1", labels: dict[str, str] | None = None) -> Container:
    return Container(
        HOST_ID, "nas", ID, name, image, "sha256:" + "d" * 64, "running", datetime(2026, 1, 1, tzinfo=UTC), labels or {}
    )


def rule(verdict: Word, name: str = "rule", origin: str = "dockmon.toml:12", **words: list[str]) -> Rule:
    return Rule("policy", verdict, parse_selector(**words), origin=origin, name=name)


def verdict_of(
    image: str = "web:1", *rules: Rule, patterns: tuple[Pattern, ...] = DEFAULT_PATTERNS, **labels: str
) -> Verdict:
    carried = {key.replace("__", "."): value for key, value in labels.items()}
    return resolve(subject_of(container(image=image, labels=carried)), rules, patterns)


def level(verdict: Verdict, name: str) -> Level:
    return next(level for level in verdict.levels if level.level == name)


def test_a_container_that_nothing_speaks_of_is_allowed_and_every_level_says_why() -> None:
    verdict = verdict_of("ghcr.io/team/web:1")
    assert verdict.verdict == "allow"
    assert [(found.level, found.verdict, found.wins, found.why) for found in verdict.levels] == [
        ("label", None, False, "no label dockmon.update.policy"),
        ("container", None, False, "no rule covers it"),
        ("pattern", None, False, "no pattern matches ghcr.io/team/web"),
        ("default", "allow", True, "wins"),
    ]


def test_a_stronger_level_beats_a_stricter_one() -> None:
    verdict = verdict_of("postgres:16", rule("block", targets=["nas/db"]), dockmon__update__policy="allow")
    assert verdict.verdict == "allow"
    assert [(found.level, found.verdict, found.why) for found in verdict.levels] == [
        ("label", "allow", "wins"),
        ("container", "block", "loses to 1: rule rule by target"),
        ("pattern", "warn", "loses to 1: matched postgres in docker.io/library/postgres"),
        ("default", "allow", "loses to 1"),
    ]


def test_the_pattern_that_matched_is_named_with_its_category_even_where_it_loses() -> None:
    found = level(verdict_of("postgres:16", rule("block", targets=["nas/db"])), "pattern")
    assert (found.pattern, found.category, found.source, found.wins) == (
        "postgres", "databases", "default pattern", False,
    )  # fmt: skip


@pytest.mark.parametrize("key", LABELS)
def test_every_spelling_of_the_label_counts(key: str) -> None:
    verdict = resolve(subject_of(container(labels={key: "ignore"})))
    assert (verdict.verdict, verdict.winner.source) == ("ignore", key)


@pytest.mark.parametrize(
    ("value", "expected"), [("block", "block"), ("Warn", "warn"), (" IGNORE ", "ignore"), ("allow\n", "allow")]
)
def test_a_label_is_read_without_regard_to_case_and_surrounding_space(value: str, expected: Word) -> None:
    assert verdict_of(dockmon__update__policy=value).verdict == expected


@pytest.mark.parametrize("value", ["blok", "alow", "true", "allow,warn", "\x1b[2Jallow"])
def test_a_label_without_meaning_blocks_and_says_what_it_takes(value: str) -> None:
    verdict = verdict_of(dockmon__update__policy=value)
    assert verdict.verdict == "block"
    assert "is no verdict, so it counts as block" in verdict.winner.why
    assert "takes allow, warn, block or ignore" in verdict.winner.why
    assert "\x1b" not in verdict.winner.why


def test_an_empty_label_blocks_and_is_called_empty() -> None:
    verdict = verdict_of(dockmon__update__policy=" ")
    assert (verdict.verdict, "the label is empty" in verdict.winner.why) == ("block", True)


def test_what_an_overlong_label_holds_is_told_shortened() -> None:
    assert len(verdict_of(dockmon__update__policy="x" * 5000).winner.why) < 200


def test_of_two_spellings_of_the_label_the_stricter_wins_and_the_other_is_told() -> None:
    verdict = verdict_of(dockmon__update__policy="allow", com__dockmon__update__policy="warn")
    assert (verdict.verdict, verdict.winner.source) == ("warn", "com.dockmon.update.policy")
    assert verdict.winner.why == "wins: stricter than dockmon.update.policy=allow"


def test_an_invalid_spelling_is_told_beside_a_valid_one() -> None:
    verdict = verdict_of(dockmon__update__policy="blok", dockmon__update_policy="ignore")
    assert verdict.verdict == "block"
    assert "blok is no verdict" in verdict.winner.why


def test_a_rule_by_target_beats_tag_beats_host_beats_filter() -> None:
    rules = [
        rule("block", "by-filter", filters=["name=d*"]),
        rule("ignore", "by-host", hosts=["nas"]),
        rule("warn", "by-tag", tags=["media"]),
        rule("allow", "by-target", targets=["nas/db"]),
    ]
    for strongest in ("by-target", "by-tag", "by-host", "by-filter"):
        verdict = resolve(subject_of(container(labels={"dockmon.tags": "media"})), rules)
        assert f"rule {strongest} " in verdict.winner.why
        assert verdict.verdict == rules[-1].value
        rules.pop()


def test_of_two_rules_of_one_strength_the_stricter_wins_in_either_order_and_names_the_other() -> None:
    rules = [
        rule("warn", "a", "dockmon.toml:3", hosts=["nas"]),
        rule("block", "b", "dockmon.toml:7", hosts=["nas"]),
    ]
    for order in (rules, rules[::-1]):
        winner = resolve(subject_of(container()), order).winner
        assert (winner.verdict, winner.source) == ("block", "dockmon.toml:7")
        assert winner.why == "wins: rule b by host; overrules dockmon.toml:3 (warn by host)"


def test_a_rule_with_several_words_covers_only_where_all_hold_and_counts_by_its_strongest() -> None:
    both = rule("allow", "both", tags=["media"], hosts=["nas"])
    by_tag = rule("block", "tag", tags=["media"])
    tagged = subject_of(container(labels={"dockmon.tags": "media"}))
    assert resolve(subject_of(container()), [both]).winner.level == "default"
    assert "allow by tag" in level(resolve(tagged, [both, by_tag]), "container").why


def test_a_rule_that_selects_nothing_covers_nothing() -> None:
    assert resolve(subject_of(container()), [rule("block")]).verdict == "allow"


@pytest.mark.parametrize("target", ["nas/db", "db", f"{HOST_ID}/db", f"nas:{ID[:12]}", f"{HOST_ID}:{ID[:12]}", ID])
def test_a_rule_finds_its_container_by_every_kind_of_target(target: str) -> None:
    assert resolve(subject_of(container()), [rule("block", targets=[target])]).verdict == "block"


@pytest.mark.parametrize(
    "target", ["attic/db", "nas/d", "nas:db", "db2", "0", "nas:0123", "nas:", "nas/", "/", ":", f"attic:{ID[:12]}"]
)
def test_a_rule_for_another_container_leaves_this_one_alone(target: str) -> None:
    assert resolve(subject_of(container()), [rule("block", targets=[target])]).verdict == "allow"


@pytest.mark.parametrize(
    ("image", "pattern", "category"),
    [
        ("postgres:16", "postgres", "databases"),
        ("bitnami/postgres", "postgres", "databases"),
        ("registry.lan:5000/postgres:16", "postgres", "databases"),
        ("percona-server", "percona*", "databases"),
        ("clickhouse/clickhouse-server:24", "clickhouse*", "databases"),
        ("quay.io/minio/minio", "minio", "databases"),
        ("jc21/nginx-proxy-manager:2", "nginx-proxy-manager", "proxies"),
        ("nginx@sha256:" + "a" * 64, "nginx", "proxies"),
        ("louislam/uptime-kuma:1", "uptime-kuma", "monitoring"),
        ("zabbix/zabbix-server-mysql", "zabbix*", "monitoring"),
        ("portainer/portainer-ce", "portainer*", "critical"),
        ("ghcr.io/home-assistant/home-assistant:stable", "home-assistant", "critical"),
    ],
)  # fmt: skip
def test_well_known_images_warn(image: str, pattern: str, category: str) -> None:
    winner = verdict_of(image).winner
    assert (winner.verdict, winner.pattern, winner.category) == ("warn", pattern, category)


@pytest.mark.parametrize(
    "image",
    [
        "mongo-express:1", "ckulka/baikal:nginx", "baikal:nginx", "postgres-exporter", "mypostgres", "nginx/agent",
        "postgres/tool", "nginxinc/nginx-unprivileged", "redis-commander", "grafana/promtail", "postgres.lan/web",
    ],
)  # fmt: skip
def test_an_image_whose_name_only_contains_a_well_known_one_is_another_image(image: str) -> None:
    assert verdict_of(image).verdict == "allow"


def test_a_container_named_like_a_database_is_none() -> None:
    assert resolve(subject_of(container(name="postgres")), (), DEFAULT_PATTERNS).verdict == "allow"


def test_a_pattern_with_name_before_it_matches_container_names_only() -> None:
    by_name = Pattern("name:db*", "block", own=True)
    assert resolve(subject_of(container(name="db-1")), (), [by_name]).winner.why == "wins: matched the name db-1"
    assert resolve(subject_of(container(name="my-db", image="db-1")), (), [by_name]).verdict == "allow"


@pytest.mark.parametrize(
    ("glob", "image", "matches"),
    [
        ("bitnami/postgres*", "bitnami/postgresql", True),
        ("bitnami/postgres*", "postgres", False),
        ("*/postgres", "postgres", True),
        ("b*", "bitnami/web", False),
        ("ghcr.io/team/*", "ghcr.io/team/web", True),
        ("ghcr.io/team/*", "ghcr.io/team/sub/web", False),
        ("a/b/c/d/e", "web", False),
        ("", "web", False),
        ("[z-a", "web", False),
    ],
)
def test_a_pattern_of_several_parts_is_held_against_as_many_last_parts(glob: str, image: str, matches: bool) -> None:
    found = resolve(subject_of(container(image=image)), (), [Pattern(glob, "block")])
    assert (found.verdict == "block") is matches


def test_an_own_pattern_beats_a_stricter_default_one() -> None:
    patterns = (Pattern("web", "block", "critical"), Pattern("we*", "allow", own=True))
    winner = verdict_of("web:1", patterns=patterns).winner
    assert (winner.verdict, winner.source) == ("allow", "own pattern")
    assert winner.why == "wins: matched web in docker.io/library/web; overrules web (block)"


def test_of_two_own_patterns_the_stricter_wins() -> None:
    patterns = (Pattern("web", "warn", own=True), Pattern("w*", "ignore", own=True))
    assert verdict_of("web:1", patterns=patterns).winner.pattern == "w*"


@pytest.mark.parametrize("image", ["sha256:" + "d" * 64, "d" * 12, "", "Not/A/Reference"])
def test_an_image_without_a_name_matches_no_image_pattern(image: str) -> None:
    found = level(verdict_of(image, patterns=(Pattern("*", "block"),)), "pattern")
    assert (found.verdict, found.why) == (None, "no pattern matches an image without a name")


def test_every_default_pattern_warns_and_none_stands_twice() -> None:
    globs = [pattern.glob for pattern in DEFAULT_PATTERNS]
    assert {(pattern.verdict, pattern.own) for pattern in DEFAULT_PATTERNS} == {("warn", False)}
    assert len(globs) == len(set(globs)) == 48


def test_block_is_the_strictest_and_allow_the_most_lenient() -> None:
    words: list[Word] = ["block", "allow", "ignore", "warn"]
    assert sorted(words, key=strictness) == ["allow", "warn", "ignore", "block"]


def of_image(image: str, value: str, *rules: Rule, patterns: tuple[Pattern, ...] = DEFAULT_PATTERNS) -> Verdict:
    """The verdict on a container whose image brings a label along."""
    brought = replace(container(image=image, labels={LABELS[0]: value}), image_labels=frozenset({LABELS[0]}))
    return resolve(subject_of(brought), rules, patterns)


def test_a_label_of_the_image_alone_never_overrules_what_its_user_set() -> None:
    assert of_image("web:1", "allow", rule("block", hosts=["nas"])).verdict == "block"
    own = (Pattern("web", "warn", own=True), Pattern("web", "allow"))
    assert of_image("web:1", "block", patterns=own).verdict == "warn"


@pytest.mark.parametrize(
    ("image", "value", "expected"),
    [("web:1", "block", "block"), ("postgres:16", "allow", "warn"), ("postgres:16", "block", "block"),
     ("web:1", "alow", "block"), ("postgres:16", "warn", "warn")],
)  # fmt: skip
def test_a_label_of_the_image_is_something_it_is_known_for_and_a_tie_goes_to_the_stricter(
    image: str, value: str, expected: Word
) -> None:
    verdict = of_image(image, value)
    assert (verdict.verdict, verdict.winner.level) == (expected, "pattern")


def test_what_the_images_label_overrules_is_told() -> None:
    winner = of_image("postgres:16", "block").winner
    assert (winner.source, winner.why) == (
        "label dockmon.update.policy of its image",
        "wins: overrules postgres (warn)",
    )


WORD = st.sampled_from(WORDS)
TEXT = st.text(max_size=12) | st.sampled_from(["db", "nas", "media", "nas/db", "allow", "blok"])
SUBJECTS = st.builds(
    lambda name, image, labels: subject_of(container(name, image, labels)),
    TEXT,
    TEXT | st.sampled_from(["postgres:16", "ghcr.io/team/web", "sha256:" + "d" * 64]),
    st.dictionaries(st.sampled_from([*LABELS, "dockmon.tags"]), TEXT),
)
FILTERS = st.lists(st.sampled_from(["name=d*", "image=*", "status=exited", "label=a"]), max_size=2)
WORDS_TYPED = st.lists(TEXT.filter(bool), max_size=2)
RULES = st.lists(
    st.builds(
        lambda name, verdict, selector, origin: Rule("policy", verdict, selector, origin=origin, name=name),
        TEXT, WORD, st.builds(parse_selector, WORDS_TYPED, WORDS_TYPED, WORDS_TYPED, FILTERS), TEXT,
    ),
    max_size=5,
)  # fmt: skip
GLOBS = TEXT | st.sampled_from(["*", "name:*", "postgres", "*/web"])
PATTERNS = st.lists(st.builds(Pattern, GLOBS, WORD, own=st.booleans()), max_size=5)


@given(SUBJECTS, RULES, PATTERNS)
def test_whatever_is_asked_exactly_one_level_wins_and_it_is_the_strongest_that_says_something(
    subject: Subject, rules: list[Rule], patterns: list[Pattern]
) -> None:
    verdict = resolve(subject, rules, patterns)
    assert [found.level for found in verdict.levels] == ["label", "container", "pattern", "default"]
    assert [found for found in verdict.levels if found.wins] == [verdict.winner]
    strongest = next(found for found in verdict.levels if found.verdict is not None)
    assert strongest == verdict.winner
    assert verdict.verdict == strongest.verdict
    assert all(found.why for found in verdict.levels)


@given(SUBJECTS, RULES, PATTERNS, st.randoms())
def test_the_order_of_rules_and_patterns_decides_nothing(
    subject: Subject, rules: list[Rule], patterns: list[Pattern], random: Random
) -> None:
    before = resolve(subject, rules, patterns)
    random.shuffle(rules)
    random.shuffle(patterns)
    after = resolve(subject, rules, patterns)
    assert [found.verdict for found in before.levels] == [found.verdict for found in after.levels]


@given(SUBJECTS, RULES, PATTERNS, WORD, st.integers(0, 5))
def test_one_more_rule_never_changes_what_a_label_says(
    subject: Subject, rules: list[Rule], patterns: list[Pattern], word: Word, place: int
) -> None:
    before = resolve(subject, rules, patterns)
    more = [*rules[:place], rule(word, targets=["nas/db"]), *rules[place:]]
    after = resolve(subject, more, patterns)
    assert before.winner.level != "label" or after.verdict == before.verdict
