"""Hooks on a real engine: run only where they are enabled, and their end decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.looking import inspect, serves
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
# Told by the version of the image, which hook finds itself in which container.
HOOKS = {
    "good": ("cat /version", "cat /version", "updated", None, "pre hook:\nold\npost hook:\nnew"),
    "busy": ("echo in use; exit 75", "", "skipped", "pre_hook", "pre hook:\nin use"),
    "bad": ("echo no space; exit 1", "", "failed", "pre_hook", "pre hook:\nno space"),
    "endless": ("sleep 600", "", "failed", "pre_hook", ""),
    "undone": ("", "cat /version; exit 1", "rolled_back", "post_hook", "post hook:\nnew"),
}


def test_hooks_are_run_where_they_are_on_and_how_they_end_decides(
    engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    for name, (pre, post, *_) in HOOKS.items():
        image = registry.push(f"hooks-{name}", "1", **serves(f"{name} old", files={"/version": "old"})).ref
        labels = [f"dockmon.update.pre={pre}", f"dockmon.update.post={post}"]
        options = [part for label in labels if not label.endswith("=") for part in ("-l", label)]
        engine.docker("run", "-d", "--name", name, *options, image)
        registry.push(f"hooks-{name}", "1", **serves(f"{name} new", files={"/version": "new"}))
    old = {name: inspect(engine, name) for name in HOOKS}
    off = DockmonHere(tmp_path / "off", {"nas": engine})
    on = DockmonHere(
        tmp_path / "on",
        {"nas": engine},
        update={"verify": {"stable_for": "300ms"}, "hooks": "on", "hook_timeout": "3s", "max_parallel": 5},
    )

    silent = off("update", "apply", "nas/good", "--dry-run")
    done = on.json("update", "apply", "--all", "--yes")
    history = on.json("update", "history").items
    logs = {item["name"]: item["log"] for item in history}
    shown = on("update", "show", next(item["op"] for item in history if item["name"] == "good"))

    assert "nas/good: its pre hook is not run: hooks are off (update.hooks)" in silent.err, silent
    told = {item["name"]: (item["result"], item["reason"]) for item in done.items}
    assert told == {name: (result, reason) for name, (_, _, result, reason, _) in HOOKS.items()}, done
    assert {name: logs[name].strip() for name in HOOKS} == {name: log for name, (*_, log) in HOOKS.items()}
    assert "output of the pre hook:\n  old\n\noutput of the post hook:\n  new\n" in shown.out
    assert "in use" in done.item("busy")["message"]
    for name, document in old.items():
        now = inspect(engine, name)
        assert (now["Id"] == document["Id"]) == (name != "good")
        untouched = now["State"]["StartedAt"] == document["State"]["StartedAt"]
        assert untouched == (name not in ("good", "undone"))
