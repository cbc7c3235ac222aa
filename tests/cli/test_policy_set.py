"""`dockmon policy list`, `set`, `unset` and `pattern`, and `dockmon tag`, as their users meet them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.program import Outcome, dockmon
from tests.cli.schemas import check
from tests.lab import Engine, Registry

Run = Callable[..., Outcome]


@pytest.fixture
def run(env: dict[str, str], tmp_path: Path, engine: Engine, registry: Registry) -> Run:
    """Runs dockmon on one engine, called nas, with the containers db (an image called postgres) and web (compose)."""
    file = tmp_path / "dockmon.toml"
    file.write_text(
        f'[hosts.nas]\nurl = "{engine.unix_url}"\n[containers.x]\ntarget = ["nas/proxy"]\npolicy = "warn"\n'
    )
    labels = ("--label", "com.docker.compose.project=shop", "--label", "com.docker.compose.service=web")
    engine.docker("create", "--name", "db", registry.push("team/postgres", "16").ref)
    engine.docker("create", "--name", "web", *labels, registry.push("web", "1").ref)
    return lambda *words: dockmon("--config", str(file), *words, env=env)


def test_what_is_set_is_listed_explained_and_undone_with_the_same_words(run: Run) -> None:
    done = run("policy", "set", "nas/db", "block", "--reason", "prod data")
    assert (done.code, done.err, done.out.splitlines()[1].split()[:2]) == (0, "", ["nas/db", "block"])
    assert run("policy", "set", "--tag", "shop", "ignore", "-o", "json").code == 0
    listed = run("policy", "list", "-o", "json").document
    check(listed, "policy-list")
    assert [(item["target"], item["verdict"], item["reason"]) for item in listed["items"]] == [
        ("nas/db", "block", "prod data"), ("nas/proxy", "warn", None), ("--tag=shop", "ignore", None),
    ]  # fmt: skip
    lines = run("policy", "explain", "nas/db").out.splitlines()
    assert lines[0] == "nas/db  BLOCK"
    assert lines[2].startswith("▶ 2 container  block   by ")
    assert '"prod data"  wins: by target' in lines[2]
    assert "loses to 2: matched postgres in" in lines[3]
    assert run("policy", "unset", "nas/db").out == "nas/db is no longer block\n"
    assert run("policy", "unset", "--tag=shop").out == "--tag=shop is no longer ignore\n"
    assert run("policy", "list", "-o", "name").out == "nas/proxy\n"


def test_one_resolver_decides_for_checks_too_and_a_named_ignored_container_is_looked_up(run: Run) -> None:
    run("tag", "add", "media", "nas/web")
    run("policy", "set", "--tag", "media", "ignore")
    listed = run("update", "check", "-o", "json").document["items"]
    assert {(item["name"], item["policy"], item["state"]) for item in listed} == {
        ("db", "warn", "up_to_date"), ("web", "ignore", "ignored"),
    }  # fmt: skip
    (named,) = run("update", "check", "nas/web", "-o", "json").document["items"]
    assert (named["policy"], named["state"]) == ("ignore", "up_to_date")


MISTAKES: tuple[tuple[tuple[str, ...], int, str], ...] = (
    (("set", "nas/db", "blok"), 2, "did you mean block?"),
    (("set", "block", "nas/db"), 2, "the verdict comes last"),
    (("set", "block"), 2, "nothing says which containers"),
    (("set", "nas/no", "block"), 5, "no container is called nas/no"),
    (("set", "--host", "nass", "block"), 5, "did you mean nas?"),
    (("set", "--filter", "update=available", "block"), 2, "a standing rule lasts"),
    (("set", "--tag", "nobody-yet", "block"), 0, ""),
    (("unset", "nas/db"), 0, "nothing was set for nas/db"),
    (("pattern", "add", "web:1", "block"), 2, "tags and digests are never looked at"),
    (("pattern", "add", "x", "maybe"), 2, "'maybe' is no verdict"),
    (("pattern", "add", "x", "allow", "--category", "database"), 2, "did you mean databases?"),
    (("pattern", "remove", "postgres"), 2, "policy pattern disable"),
    (("pattern", "disable", "postgre"), 5, "did you mean postgres?"),
)


def test_what_makes_no_sense_is_told_with_the_next_step(run: Run) -> None:
    for words, code, told in MISTAKES:
        done = run("policy", *words)
        assert (done.code, words) == (code, words)
        assert told in done.err


def test_what_the_file_declares_is_read_only_for_commands(run: Run, engine: Engine, registry: Registry) -> None:
    engine.docker("create", "--name", "proxy", registry.push("web", "1").ref)
    done = run("policy", "set", "nas/proxy", "block")
    assert (done.code, "dockmon.toml:5 declares the policy of nas/proxy" in done.err) == (7, True)


def test_patterns_are_added_switched_and_removed(run: Run) -> None:
    assert run("policy", "pattern", "add", "postgres*", "block", "--category", "databases").code == 0
    document = run("policy", "pattern", "list", "-o", "json").document
    check(document, "policy-pattern")
    assert [item["pattern"] for item in document["items"][:2]] == ["postgres*", "postgres"]
    assert run("policy", "explain", "nas/db").out.startswith("nas/db  BLOCK")
    assert run("policy", "pattern", "disable", "postgres*").out.splitlines()[1].split()[-1] == "no"
    assert run("policy", "explain", "nas/db").out.startswith("nas/db  WARN")
    assert run("policy", "pattern", "remove", "postgres*").out == "postgres* is removed\n"


def test_tags_are_given_kept_through_recreation_and_taken_away(run: Run, engine: Engine, registry: Registry) -> None:
    given = run("tag", "add", "media", "nas/db", "nas/web", "-o", "json")
    check(given.document, "tag")
    assert (given.code, [item["identity"] for item in given.document["items"]]) == (0, ["db", "shop/web/1"])
    engine.docker("rm", "db")
    gone = run("tag", "list", "--tag", "media", "-o", "json").document
    check(gone, "tag")
    assert [(item["target"], item["key"] is None) for item in gone["items"]] == [("nas/db", True), ("nas/web", False)]
    engine.docker("create", "--name", "db", registry.push("other", "1").ref)
    assert run("ps", "-a", "--tag", "media", "-o", "name").out == "nas/db\nnas/web\n"
    assert run("tag", "list", "--tag", "shop").out.splitlines()[1].split() == ["nas/web", "shop", "project"]
    removed = run("tag", "remove", "media", "nas/web")
    assert (removed.code, removed.out) == (0, "media is taken from nas/web\n")
    assert run("ps", "-a", "--tag", "media", "-o", "name").out == "nas/db\n"


def test_a_label_that_an_image_brings_along_is_told_from_the_containers_own(
    run: Run, engine: Engine, registry: Registry
) -> None:
    made = registry.push("made", "1", labels={"dockmon.update.policy": "allow"}).ref
    engine.docker("create", "--name", "made", made)
    engine.docker("create", "--name", "mine", "--label", "dockmon.update.policy=ignore", made)
    run("policy", "set", "--host", "nas", "block")
    listed = run("policy", "list", "-o", "json").document["items"]
    assert [(item["target"], item["verdict"], item["origin"]) for item in listed[:2]] == [
        ("nas/made", "allow", "label dockmon.update.policy of its image"),
        ("nas/mine", "ignore", "label dockmon.update.policy"),
    ]
    explained = run("policy", "explain", "nas/made", "nas/mine").out
    assert "nas/made  BLOCK" in explained
    assert "nas/mine  IGNORE" in explained
