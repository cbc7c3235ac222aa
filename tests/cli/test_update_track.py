"""`dockmon update track`, as its users meet it."""

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
    """Runs dockmon on one engine, called nas, with the container web of an image that has newer tags."""
    file = tmp_path / "dockmon.toml"
    file.write_text(f'[hosts.nas]\nurl = "{engine.unix_url}"\n')
    for tag in ("1.2.4", "1.3.0-rc1", "2.0.0"):
        registry.push("track-cli", tag, seed=tag)
    engine.docker("create", "--name", "web", registry.push("track-cli", "1.2.3", seed="1.2.3").ref)
    return lambda *words: dockmon("--config", str(file), *words, env=env)


def offered(run: Run) -> str | None:
    """The tag that web is offered now."""
    (item,) = run("update", "check", "nas/web", "-o", "json").document["items"]
    available = item["available"]
    return available and str(available["image"]).rpartition(":")[2]


def test_what_is_set_decides_what_the_next_check_offers(run: Run) -> None:
    assert offered(run) is None
    done = run("update", "track", "minor", "nas/web", "--prerelease", "on", "-o", "json")
    check(done.document, "update-track")
    assert (done.code, done.err) == (0, "")
    assert [(item["target"], item["track"], item["include"]) for item in done.document["items"]] == [
        ("nas/web", "minor", None)
    ]
    assert offered(run) == "1.3.0-rc1"
    assert run("update", "track", "major", "web", "--exclude", "*-rc*,2.*").code == 0
    assert offered(run) == "1.2.4"
    shown = run("update", "track", "major", "web", "--exclude", "").out.splitlines()
    assert shown[0].split() == ["TARGET", "TRACK", "INCLUDE", "EXCLUDE", "PRERELEASE", "BY"]
    assert shown[1].split()[:4] == ["nas/web", "major", "-", "-"]
    assert offered(run) == "2.0.0"
    assert run("update", "track", "default", "nas/web").out == "nas/web: forgotten: what is weaker holds again\n"
    assert offered(run) is None


MISTAKES: tuple[tuple[tuple[str, ...], int, str], ...] = (
    ((), 2, "no track was given"),
    (("minro", "nas/web"), 2, "minor"),
    (("nas/web", "minor"), 2, "the track comes first"),
    (("minor",), 2, "nothing says which containers"),
    (("minor", "nas/web", "--prerelease", "maybe"), 2, "--prerelease takes on or off"),
    (("default", "nas/web", "--include", "1.*"), 2, "leave the other options out"),
    (("minor", "nas/nobody"), 5, "nobody"),
)


@pytest.mark.parametrize(("words", "code", "said"), MISTAKES)
def test_mistakes_are_told_with_the_next_step_and_nothing_is_set(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    done = run("update", "track", *words)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert run("update", "track", "default", "nas/web").err == "nothing was set for nas/web\n"
