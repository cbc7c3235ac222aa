"""14: how often registries are asked, and what their limits do."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.looking import EngineOf
from tests.e2e.shelf import Shelf, methods, shelf, untouched
from tests.e2e.yard import in_parallel
from tests.lab import Engine, Lab, Registry
from tests.lab.kinds import DEFAULT
from tests.lab.servers import LimitedServer, TokenServer

pytestmark = pytest.mark.lab
OTHER = "26.1"


def test_14_42_containers_of_2_images_cost_2_lookups_and_a_limit_is_waited_for_or_respected(
    lab: Lab, engine_of: EngineOf, registry: Registry, tmp_path: Path
) -> None:
    ask_for_a_crowd(lab, {"nas": engine_of(DEFAULT), "attic": engine_of(OTHER)}, registry, tmp_path / "crowd")
    with shelf(engine_of(DEFAULT)) as on:
        wait_once(lab, on, registry, tmp_path / "brief")
        ask_no_more(lab, on, registry, tmp_path / "limited")


def ask_for_a_crowd(lab: Lab, engines: dict[str, Engine], registry: Registry, folder: Path) -> None:
    """42 containers on two engines: two lookups, and the tokens for them."""
    with TokenServer(lab.address, registry.host) as server:
        for name in ("one", "two"):
            registry.push(f"crowd/{name}", "1", seed=name)
        refs = [f"{server.host}/crowd/{name}:1" for name in ("one", "two")]
        for engine in engines.values():
            with shelf(engine) as on:
                for ref in refs:
                    on.pull(ref)
                crowd = [(f"c{number}", refs[number % 2]) for number in range(21)]
                in_parallel(lambda each, on=on: on.create(*each), crowd)  # type: ignore[misc]
        dockmon = DockmonHere(folder, engines)
        registry.clear_requests()
        server.clear_requests()
        tokens = len(server.tokens)
        found = dockmon.json("update", "check")
        assert methods(registry) == ["HEAD", "HEAD"]
        # One challenge, a token for each repository, and both lookups.
        assert (server.challenges, len(server.tokens) - tokens, len(server.requests)) == (1, 2, 5)
    assert (found.code, Counter(item["state"] for item in found.items)) == (0, {"up_to_date": 42})
    targets = [item["target"] for item in found.items]
    assert targets == sorted(targets)


def ask_no_more(lab: Lab, on: Shelf, registry: Registry, folder: Path) -> None:
    """A registry that limits its rate is let alone, by this command and the next ones."""
    dockmon = DockmonHere(folder, {"nas": on.engine})
    with LimitedServer(lab.address, registry.host, remaining=None, retry_after="60") as server:
        for name in ("one", "two"):
            registry.push(f"limited/{name}", "1", seed=name)
            ref = f"{server.host}/limited/{name}:1"
            on.pull(ref)
            on.create(name, ref)
            registry.push(f"limited/{name}", "1", seed=f"{name} new")
        on.make("elsewhere", registry.push("unlimited", "1"))
        server.clear_requests()
        server.remaining = 0
        with untouched(on):
            found = dockmon.json("update", "check")
            assert [asked.method for asked in server.requests] == ["HEAD"]
            again = dockmon.json("update", "check", "nas/one", "nas/two")
            applied = dockmon.json("update", "apply", "--all", "--yes", "--filter", "status=created")
            assert [asked.method for asked in server.requests] == ["HEAD"]
    assert (found.code, again.code, applied.code) == (3, 1, 1)
    assert {item["name"]: (item["state"], item["reason"]) for item in found.items} == {
        "elsewhere": ("up_to_date", None),
        "one": ("unknown", "rate_limited"),
        "two": ("unknown", "rate_limited"),
    }
    assert {item["name"]: (item["result"], item["reason"]) for item in applied.items} == {
        "one": ("failed", "rate_limited"),
        "two": ("failed", "rate_limited"),
    }
    for run in (found, again, applied):
        (error,) = run.errors
        assert (error["code"], error["target"], error["host"]) == ("rate_limited", server.host, None)
        assert [line.strip() for line in run.err.splitlines() if server.host in line] == [
            f"{server.host}: {error['message']}"
        ]


def wait_once(lab: Lab, on: Shelf, registry: Registry, folder: Path) -> None:
    """A short limit is waited for, and the question asked again."""
    dockmon = DockmonHere(folder, {"nas": on.engine})
    with LimitedServer(lab.address, registry.host, remaining=None, retry_after="1", refusals=1) as server:
        registry.push("brief", "1")
        on.pull(f"{server.host}/brief:1")
        on.create("brief", f"{server.host}/brief:1")
        server.clear_requests()
        server.remaining = 0
        began = time.monotonic()
        assert dockmon.json("update", "check").item("brief")["state"] == "up_to_date"
        assert time.monotonic() - began >= 1
        assert [(asked.method, asked.status) for asked in server.requests] == [("HEAD", 429), ("HEAD", 200)]
    on.api.containers.get("brief").remove()
