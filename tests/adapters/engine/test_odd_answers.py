"""Something odd in an engine's documents is one host's failure, whatever command asks: the others are shown."""

from __future__ import annotations

import copy
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.engine.test_misbehaving_calls import Scripted
from tests.e2e.driver import Run
from tests.e2e.here import run_here
from tests.lab.servers.http import Answer, Question

Documents = dict[str, Any]
IMAGE_ID = "sha256:" + "a" * 64
ROW = {"Id": "c" * 64, "Names": ["/web"], "Image": "127.0.0.1:9/web:1", "ImageID": IMAGE_ID, "Labels": {},
       "Created": 1700000000, "Ports": [{"PrivatePort": 80, "Type": "tcp"}], "State": "running",
       "Status": "Up 2 hours"}  # fmt: skip
STATE = {"Status": "running", "Running": True, "StartedAt": "2026-01-01T00:00:00Z"}
CONTAINER = {"Id": "c" * 64, "Name": "/web", "Image": IMAGE_ID, "Created": "2026-01-01T00:00:00Z", "RestartCount": 0,
             "Config": {"Image": "127.0.0.1:9/web:1", "Labels": {}}, "HostConfig": {}, "State": STATE,
             "NetworkSettings": {"Networks": {}}}  # fmt: skip
IMAGE = {"Id": IMAGE_ID, "RepoTags": ["127.0.0.1:9/web:1"], "RepoDigests": [], "Config": {"Labels": {}}}
INFO = {"ID": "e1", "RegistryConfig": {"IndexConfigs": {}, "InsecureRegistryCIDRs": []}}
GOOD: Documents = {"row": ROW, "container": CONTAINER, "image": IMAGE, "info": INFO}
CHECK, WIDE = ("update", "check"), ("ps", "-o", "json")
ODD: list[tuple[tuple[str, ...], str, Any]] = [
    *((("ps",), "row.Created", value) for value in (253402300800, 10**20, -(10**13), "x")),
    *((("ps",), "row.Ports", value) for value in ([5], [{"PublicPort": "x"}], 5)),
    (("ps",), "row.Names", [5]),
    *((WIDE, "container.Created", value) for value in ("x", 5, None, "9999-99-99")),
    *((WIDE, "container.State.StartedAt", value) for value in ("x", "99999-01-01T00:00:00Z")),
    (WIDE, "container.RestartCount", "x"),
    *((CHECK, "image.RepoDigests", value) for value in ([5], 5)),
    *((CHECK, "image.RepoTags", value) for value in ([None], 5)),
    (CHECK, "image.Config.Labels", 5),
    *((CHECK, f"info.RegistryConfig.{name}", 5) for name in ("IndexConfigs", "InsecureRegistryCIDRs")),
]


def asked(documents: Documents, folder: Path, words: tuple[str, ...]) -> Run:
    """Ask two engines, of which one answers with these documents and the other well."""

    def say(documents: Documents, question: Question) -> Answer:
        table = (
            ("/info", "info"),
            ("/containers/json", "row"),
            ("/images/json", "image"),
            ("/containers/", "container"),
        )
        name = next((name for part, name in table if part in question.path), "image")
        found = documents[name]
        return Answer(200, json.dumps([found] if question.path.split("?")[0].endswith("s/json") else found).encode())

    odd, good = Scripted(partial(say, documents)), Scripted(partial(say, GOOD))
    with odd, good:
        hosts = "".join(
            f'{name} = {{ url = "tcp://{server.host}" }}\n' for name, server in (("odd", odd), ("nas", good))
        )
        (folder / "dockmon.toml").write_text(f"[hosts]\n{hosts}")
        env = {"HOME": str(folder), "DOCKMON_CONFIG": str(folder / "dockmon.toml")}
        return run_here((*words, "--state", str(folder / "state")), env)


def changed(path: str, value: Any) -> Documents:
    """Good documents but for one value."""
    documents = copy.deepcopy(GOOD)
    *folders, last = path.split(".")
    found = documents
    for name in folders:
        found = found[name]
    found[last] = value
    return documents


@pytest.mark.parametrize(("words", "path", "value"), ODD)
def test_an_odd_value_is_one_host_s_broken_answer(
    words: tuple[str, ...], path: str, value: Any, tmp_path: Path
) -> None:
    done = asked(changed(path, value), tmp_path, words)
    assert "not what Docker's API promises" in done.out + done.err
    assert "unexpected" not in done.out + done.err
    assert done.code in (1, 3)
    assert "web" in done.out or "nas/web" in done.err


def test_the_good_documents_are_good(tmp_path: Path) -> None:
    done = asked(GOOD, tmp_path, ("ps",))
    assert (done.code, "odd/web" in done.out, "nas/web" in done.out) == (0, True, True)
