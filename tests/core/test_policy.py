"""The policy resolver: four levels, the strongest that says something wins."""

from datetime import UTC, datetime

import pytest

from dockmon_cli.core.container_settings import Rule
from dockmon_cli.core.containers import Container
from dockmon_cli.core.policy import LABELS, Level, Pattern, Verdict, Word, resolve, strictness, subject_of
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


def test_block_is_the_strictest_and_allow_the_most_lenient() -> None:
    words: list[Word] = ["block", "allow", "ignore", "warn"]
    assert sorted(words, key=strictness) == ["allow", "warn", "ignore", "block"]
