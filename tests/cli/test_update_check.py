"""`dockmon update check` and `plan`, as their users meet them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
import yaml

from tests.cli.schemas import check
from tests.cli.updates import ESCAPES, EVERYTHING, SECRET, Scene, dockmon_on, furnish
from tests.e2e.shelf import methods, untouched
from tests.lab import Engine, Lab, Registry
from tests.lab.kinds import DEFAULT

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def scene(
    lab: Lab,
    _shared_engine: Callable[[str], Engine],
    _shared_registry: Registry,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:
    """One host for all tests of this module: none of them changes anything."""
    engine = _shared_engine(DEFAULT)
    engine.clean()
    with dockmon_on(engine, _shared_registry, tmp_path_factory.mktemp("reading")) as found:
        furnish(found, lab.address)
        with untouched(found.on):
            yield found


def test_the_table_shows_what_needs_attention_and_counts_the_rest(scene: Scene) -> None:
    done = scene.run("check")
    titles, *rows = (line.split() for line in done.out.splitlines())
    assert titles == ["TARGET", "IMAGE", "NOW", "NEW", "KIND", "AGE", "POLICY"]
    assert [row[0] for row in rows] == [f"nas/{name}" for name in EVERYTHING if name != "same"]
    assert {len(row) for row in rows} == {len(titles)}
    assert done.err.splitlines()[-1].startswith("1 up to date · 4 outdated · 1 unknown · ")
    assert scene.names("check") == [name for name in EVERYTHING if name != "same"]
    assert scene.names("check", "-a") == EVERYTHING
    assert scene.names("check", "nas/web", "same", "nas/db") == ["web", "same", "db"]
    assert "REASON" in scene.run("check", "-o", "wide").out.splitlines()[0]


def test_documents_hold_everything_and_keep_to_their_schemas(scene: Scene) -> None:
    documents = {verb: scene.run(verb, "-o", "json").document for verb in ("check", "plan")}
    for verb, document in documents.items():
        check(document, f"update-{verb}")
    checked = documents["check"]
    assert [item["name"] for item in checked["items"]] == EVERYTHING
    (error,) = checked["errors"]
    assert (error["target"], error["code"], bool(error["hint"])) == ("nas/far", "unreachable", True)
    lines = scene.run("check", "-o", "jsonl").out.splitlines()
    assert [json.loads(line)["name"] for line in lines] == EVERYTHING
    assert yaml.safe_load(scene.run("check", "-o", "yaml").out).keys() == checked.keys()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check",), 3),
        (("check", "--exit-code"), 3),
        (("check", "nas/web"), 0),
        (("check", "nas/web", "--exit-code"), 9),
        (("check", "nas/same", "nas/pin", "--exit-code"), 0),
        (("check", "nas/far", "nas/web", "--exit-code"), 3),
        (("check", "nas/far"), 1),
        (("check", "--filter", "name=far"), 3),
        (("check", "nas/nobody"), 5),
        (("check", "nas/nobody", "nas/web"), 3),
        (("check", "--host", "nobody"), 5),
        (("check", "--tag", "nobody-has-it"), 0),
        (("check", "--filter", "x=y"), 2),
        (("check", "--filter", "update=soon"), 2),
        (("check", "--nope"), 2),
        (("plan",), 0),
        (("plan", "--filter", "status=created"), 3),
        (("plan", "nas/web", "nas/prod", "nas/same"), 0),
        (("plan", "nas/far"), 1),
        (("apply", "nas/web", "nas/prod", "nas/skip", "--dry-run"), 0),
        (("apply", "nas/far", "--dry-run"), 1),
        (("apply", "--all", "--dry-run"), 0),
        (("apply", "--filter", "status=created", "--dry-run"), 3),
    ],
)
def test_exit_codes_tell_what_came_of_it(scene: Scene, words: tuple[str, ...], code: int) -> None:
    done = scene.run(*words, "-o", "json")
    assert (done.code, bool(done.document["errors"])) == (code, code not in (0, 9))
    assert all(entry["message"] for entry in done.document["errors"])
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--filter", "update=available"), ["db", "idle", "prod", "web"]),
        (("--filter", "update=none", "-a"), ["pin", "same", "skip"]),
        (("--filter", "update=unknown"), ["far"]),
        (("--filter", "update=available", "--filter", "update=unknown"), ["db", "far", "idle", "prod", "web"]),
        (("--filter", "update=available", "--filter", "status=running"), ["db", "prod", "web"]),
        (("--filter", "name=w*", "--host", "nas"), ["web"]),
        (("--tag", "shop", "-a"), ["same"]),
        (("--filter", "image=*/scene/postgres:1"), ["db"]),
    ],
)
def test_filters_hold_for_what_is_found_now(scene: Scene, words: tuple[str, ...], names: list[str]) -> None:
    assert scene.names("check", *words, "--state", str(scene.env["HOME"]) + "/fresh") == names


def test_an_empty_selection_says_so(scene: Scene) -> None:
    done = scene.run("check", "--tag", "nobody-has-it")
    assert (done.code, done.err) == (0, "no container matches\n")


def test_a_plan_asks_where_nothing_is_stored_and_a_dry_run_always(scene: Scene) -> None:
    store = ("--state", scene.env["HOME"] + "/planning")
    asked = []
    for words in (("plan",), ("plan",), ("plan", "nas/web"), ("apply", "nas/web", "--dry-run")):
        scene.registry.clear_requests()
        scene.run(*words, *store)
        asked.append(methods(scene.registry))
    first, second, named, dry = asked
    assert first.count("HEAD") == 5
    assert (second, named, dry) == ([], [], ["HEAD"])


def test_a_plan_says_what_would_be_done_and_why_not(scene: Scene) -> None:
    done = scene.run("plan", "-o", "json")
    found = {item["name"]: (item["would"], item["reason"]) for item in done.document["items"]}
    assert found == {
        "db": ("needs_confirmation", "warn"),
        "far": ("skipped", "stopped"),
        "idle": ("skipped", "stopped"),
        "prod": ("blocked", "policy"),
        "skip": ("skipped", "ignored"),
        "web": ("update", None),
    }
    web = next(item for item in done.document["items"] if item["name"] == "web")
    assert [step["name"] for step in web["steps"]][:3] == ["pull", "keep", "lock"]
    assert (web["verdict"], web["size_bytes"] > 0, web["checked_at"] is not None) == ("allow", True, True)
    assert "2 stopped containers left out" in done.err
    assert scene.names("plan", "nas/same", "nas/pin") == ["same", "pin"]
    forced = scene.run("apply", "--all", "--dry-run", "--force", "-o", "json").document["items"]
    assert {item["name"] for item in forced if item["would"] == "update"} == {"db", "web"}


def test_no_secret_and_no_escape_of_a_stranger_reaches_the_terminal(scene: Scene) -> None:
    for words in (("check", "-a"), ("check", "-o", "json"), ("plan", "-o", "wide"), ("plan", "-o", "yaml")):
        done = scene.run(*words)
        shown = done.out + done.err
        assert SECRET not in shown
        assert not set(shown) & set("\x1b\x07\x9b")
    version = scene.run("check", "nas/web", "-o", "json").document["items"][0]["available"]["version"]
    assert version == ESCAPES, "documents keep the value, escaped"


def test_a_host_that_is_down_is_one_line_and_the_others_are_told(scene: Scene) -> None:
    file = scene.env["HOME"] + "/two.toml"
    with open(file, "w", encoding="utf-8") as out:  # noqa: PTH123 - a path of the environment
        out.write(f'hosts.nas.url = "{scene.on.engine.unix_url}"\nhosts.attic.url = "tcp://127.0.0.1:9"\n')
    done = scene.run("check", "--filter", "name=web", "--config", file, "-o", "json")
    check(done.document, "update-check")
    assert (done.code, [item["name"] for item in done.document["items"]]) == (3, ["web"])
    assert [(error["host"], error["code"]) for error in done.document["errors"]] == [("attic", "refused")]
    assert scene.run("check", "--host", "attic", "--config", file).code == 1
    # Nothing matches on the host that answered: that host answered all the same.
    assert scene.run("check", "--filter", "name=nobody", "--config", file).code == 3
    assert scene.run("apply", "--filter", "name=nobody", "--yes", "--config", file).code == 3
    assert scene.run("history", "--host", "attic", "--config", file).code == 0, "the record needs no host"
