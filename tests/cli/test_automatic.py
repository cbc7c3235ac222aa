"""Updates that go by themselves, as their users meet them: auto, hold, skip, pull, explain, and what cron is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Outcome
from tests.cli.schemas import check
from tests.cli.updates import Scene, dockmon_on
from tests.e2e.here import run_here
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
QUIET = ("sh", "-c", "trap exit TERM; sleep 1000 & wait")


@pytest.fixture
def scene(engine: Engine, registry: Registry, tmp_path: Path) -> Iterator[Scene]:
    """A host with two outdated containers, `app` and `web`."""
    with dockmon_on(engine, registry, tmp_path) as found:
        for name in ("app", "web"):
            found.on.pull(registry.push(f"auto/{name}", "1", cmd=QUIET, seed=name).ref)
            found.on.run(name, f"{registry.host}/auto/{name}:1")
            registry.push(f"auto/{name}", "1", cmd=QUIET, seed=f"{name} new")
        yield found


def run(scene: Scene, *words: str) -> Outcome:
    done = run_here(words, scene.env)
    return Outcome(done.code, done.out, done.err)


def test_a_night_as_cron_sees_it(scene: Scene) -> None:
    assert scene.run("auto", "on", "--host", "nas", "--min-age", "1h").code == 0
    assert scene.run("auto", "on", "nas/web", "--min-age", "0s", "-o", "json").code == 0
    listed = scene.run("auto", "list", "-o", "json").document
    check(listed, "update-auto")
    assert [(item["target"], item["auto"], item["min_age"]) for item in listed["items"]] == [
        ("nas/web", "on", "0s"), ("--host=nas", "on", "1h"),
    ]  # fmt: skip
    planned = scene.run("plan", "--auto", "-o", "json").document
    check(planned, "update-plan")
    assert [(item["name"], item["auto"], item["would"], item["reason"]) for item in planned["items"]] == [
        ("app", "on", "update", "min_age"), ("web", "on", "update", None),
    ]  # fmt: skip
    first = scene.run("apply", "--auto")
    assert (first.code, [line.split()[:3] for line in first.out.splitlines()[1:]]) == (
        0, [["nas/app", "skipped", "min_age"], ["nas/web", "updated", "-"]],
    )  # fmt: skip
    second = scene.run("apply", "--auto")
    assert (second.code, second.out, second.err) == (0, "", "")
    told = scene.run("explain", "nas/app", "-o", "json").document
    check(told, "update-explain")
    (item,) = told["items"]
    assert (item["last"]["result"], item["last"]["reason"], item["reason"]) == ("skipped", "min_age", "min_age")
    assert item["next_try_at"] == item["last"]["next_try_at"] is not None
    assert scene.run("auto", "off", "--host", "nas").code == scene.run("auto", "off", "nas/web").code == 0
    assert scene.run("auto", "list").err == "nothing is on automatic\n"


def test_what_is_held_or_skipped_is_left_alone_until_it_is_undone(scene: Scene) -> None:
    held = run(scene, "hold", "nas/app", "--for", "2h", "--reason", "disk swap", "-o", "json")
    check(held.document, "hold")
    assert [item["result"] for item in held.document["items"]] == ["held"]
    check(scene.run("skip", "nas/web", "-o", "json").document, "update-skip")
    done = scene.run("apply", "--all", "--yes", "-o", "json")
    assert (done.code, [(item["name"], item["reason"]) for item in done.document["items"]]) == (
        0, [("app", "held"), ("web", "skip")],
    )  # fmt: skip
    refused = scene.run("apply", "nas/app", "--yes")
    assert refused.code == 1
    assert "it is held by " in refused.err
    assert '"disk swap"' in refused.err
    assert run(scene, "hold", "--list", "-o", "name").out == "nas/app\n"
    assert run(scene, "resume", "nas/app").code == scene.run("skip", "nas/web", "--undo").code == 0
    assert scene.run("apply", "--all", "--dry-run", "-o", "name").out == "nas/app\nnas/web\n"


def test_an_image_that_was_fetched_survives_prune_and_no_tag_moved(scene: Scene, engine: Engine) -> None:
    before = engine.docker("image", "inspect", "-f", "{{.Id}}", f"{scene.registry.host}/auto/web:1")
    done = scene.run("pull", "nas/web", "-o", "json")
    check(done.document, "update-pull")
    assert (done.code, [item["result"] for item in done.document["items"]]) == (0, ["pulled"])
    engine.docker("image", "prune", "-f")
    assert engine.docker("image", "inspect", "-f", "{{.Id}}", f"{scene.registry.host}/auto/web:1") == before
    scene.registry.clear_requests()
    assert scene.run("apply", "nas/web", "--yes").code == 0
    assert [request.path for request in scene.registry.requests if "/blobs/" in request.path] == []
    assert "dockmon-new/" not in engine.docker("image", "ls")


def test_what_nobody_can_tell_about_is_told_where_everything_is_fetched(scene: Scene, engine: Engine) -> None:
    engine.docker("tag", f"{scene.registry.host}/auto/web:1", "127.0.0.1:9/lost:1")
    scene.on.run("lost", "127.0.0.1:9/lost:1")
    done = scene.run("pull", "--all", "-o", "json")
    results = {item["name"]: (item["result"], item["reason"]) for item in done.document["items"]}
    assert results["lost"] == ("failed", "unreachable")
    assert [(error["target"], done.code) for error in done.document["errors"]] == [("nas/lost", 3)]


MISTAKES: tuple[tuple[tuple[str, ...], int, str], ...] = (
    (("update", "apply", "--auto", "--all"), 2, "--auto and --all exclude each other"),
    (("update", "apply", "--auto", "--force"), 2, "--auto and --force exclude each other"),
    (("update", "auto", "on"), 2, "nothing says which containers"),
    (("update", "auto", "on", "nas/web", "--window", "mon-fry"), 2, "--window 'mon-fry' is no day"),
    (("update", "auto", "on", "nas/web", "--track", "newest"), 2, "--track takes exact, patch, minor, major or latest"),
    (("update", "auto", "on", "nas/web", "--min-age", "soon"), 2, "--min-age takes a duration"),
    (("update", "auto", "on", "nas/nobody"), 5, "no container is called nas/nobody"),
    (("update", "skip"), 2, "nothing says which containers"),
    (("update", "pull"), 2, "nothing says what to pull"),
    (("update", "pull", "--all", "nas/web"), 2, "--all and a TARGET exclude each other"),
    (("hold",), 2, "nothing says which containers"),
    (("hold", "--list", "nas/web"), 2, "--list lists everything"),
    (("hold", "nas/web", "--only", "heal"), 2, "'heal' is nothing that can be held"),
    (("hold", "nas/web", "--for", "0s"), 2, "--for must be more than 0"),
    (("resume", "--filter", "status=running"), 2, "a standing rule lasts"),
)


def test_what_makes_no_sense_is_refused_and_says_why(scene: Scene) -> None:
    for words, code, says in MISTAKES:
        done = run(scene, *words)
        assert (done.code, says in done.err) == (code, True), (words, done.err)


def test_what_the_file_declares_no_command_changes(scene: Scene) -> None:
    file = Path(scene.env["XDG_CONFIG_HOME"]) / "dockmon/dockmon.toml"
    file.write_text(f'{file.read_text()}\n[containers.web]\ntarget = ["nas/web"]\nauto = "on"\n')
    done = scene.run("auto", "off", "nas/web", "-o", "json")
    assert (done.code, done.document["errors"][0]["code"]) == (7, "declared")
    assert str(file) in done.document["errors"][0]["message"]
