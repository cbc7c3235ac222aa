"""Acceptance 14: how often registries are asked, what their limits do, and private ones."""

from __future__ import annotations

import base64
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.driver import Dockmon
from tests.e2e.here import DockmonHere
from tests.e2e.shelf import Shelf, methods, shelf, untouched
from tests.e2e.yard import in_parallel
from tests.lab import Engine, Lab, Registry
from tests.lab.kinds import DEFAULT
from tests.lab.servers import LimitedServer, TokenServer

pytestmark = pytest.mark.lab
OTHER = "26.1"


@pytest.fixture
def on(engine: Engine) -> Iterator[Shelf]:
    with shelf(engine) as found:
        yield found


def test_42_containers_of_2_images_on_two_engines_cost_two_lookups_and_the_tokens_for_them(
    lab: Lab, engine_of: Callable[[str], Engine], registry: Registry, tmp_path: Path
) -> None:
    engines = {"nas": engine_of(DEFAULT), "attic": engine_of(OTHER)}
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
        dockmon = DockmonHere(tmp_path, engines)
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


def test_a_registry_that_limits_its_rate_is_let_alone_by_this_command_and_the_next_ones(
    lab: Lab, on: Shelf, registry: Registry, tmp_path: Path
) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": on.engine})
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


def test_a_short_wait_is_waited_for_once(lab: Lab, on: Shelf, registry: Registry, tmp_path: Path) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": on.engine})
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


def test_a_private_registry_opens_to_dockers_own_login_alone_and_shows_it_to_nobody(
    lab: Lab, on: Shelf, tmp_path: Path
) -> None:
    private = lab.registry(private=True)
    dockmon = Dockmon(tmp_path, {"nas": on.engine})
    old = private.push("secret", "1")
    on.pull(old.ref, username=private.user, password=private.password)
    on.run("secret", old.ref, environment={"DB_PASSWORD": "hunter-42"})
    private.push("secret", "1", seed="2")
    refused = dockmon.json("update", "check", "secret")
    assert (refused.code, refused.item("secret")["state"], refused.item("secret")["reason"]) == (1, "unknown", "auth")
    assert [(error["code"], bool(error["hint"])) for error in refused.errors] == [("auth", True)]
    login = base64.b64encode(f"{private.user}:{private.password}".encode()).decode()
    (dockmon.home / ".docker").mkdir()
    (dockmon.home / ".docker/config.json").write_text(json.dumps({"auths": {private.host: {"auth": login}}}))
    found = dockmon.json("update", "check", "secret")
    assert (found.code, found.item("secret")["state"]) == (0, "update_available")
    done = [dockmon.json("update", *words) for words in (("plan",), ("apply", "secret", "--yes"), ("history",))]
    assert done[1].results() == {"secret": "updated"}
    for run in (refused, found, *done):
        for kept_back in (private.password, login, "hunter-42"):
            assert kept_back not in run.out + run.err
