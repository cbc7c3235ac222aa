"""A private registry, on a real engine: docker's own login opens it, and nothing else."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.e2e.driver import Dockmon
from tests.e2e.looking import OFTEN
from tests.e2e.shelf import shelf
from tests.lab import Engine, Lab

pytestmark = pytest.mark.lab


def test_a_private_registry_opens_to_dockers_own_login_alone_and_shows_it_to_nobody(
    lab: Lab, engine: Engine, tmp_path: Path
) -> None:
    private = lab.registry(private=True)
    dockmon = Dockmon(tmp_path, {"nas": engine}, update=OFTEN)
    old = private.push("secret", "1")
    with shelf(engine) as on:
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
