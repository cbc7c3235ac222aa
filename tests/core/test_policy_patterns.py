"""The policy resolver's patterns: which images and names one matches, and what a label of the image itself counts."""

from dataclasses import replace

import pytest

from dockmon_cli.core.container_settings import Rule
from dockmon_cli.core.policy import LABELS, Pattern, Verdict, Word, resolve, subject_of
from dockmon_cli.core.policy_defaults import DEFAULT_PATTERNS
from tests.core.test_policy import container, level, rule, verdict_of


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
