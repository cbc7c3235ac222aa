"""Whether a container's hooks are run, and what the plan says of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dockmon_cli.core.container_settings import NOTHING_SET, Chosen
from dockmon_cli.core.hooks import HOOKS_OFF, Ended, HookSettings, said
from dockmon_cli.core.update_plan import PlanItem
from tests.core.test_update_plan import decide, inspect

BOTH = replace(NOTHING_SET, pre=Chosen("dump"), post=Chosen("migrate"))
ON = HookSettings(are_on=True, timeout_s=5.0)


def hooks(item: PlanItem) -> tuple[str, str, list[str]]:
    assert item.swap
    steps = [step.name for step in item.swap.steps if step.name.endswith("_hook")]
    return item.swap.pre_hook, item.swap.post_hook, steps


def test_where_they_are_on_the_plan_runs_and_names_them() -> None:
    item = decide(settings=BOTH, hooks=ON)
    assert hooks(item) == ("dump", "migrate", ["pre_hook", "post_hook"])
    assert item.message == "runs its pre hook: dump; runs its post hook: migrate"
    assert item.swap
    assert item.swap.hook_timeout_s == 5.0


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"hooks": HOOKS_OFF}, "hooks are off (update.hooks)"),
        ({"hooks": ON, "inspect": inspect(status="paused")}, "it does not run"),
        ({"hooks": ON, "inspect": inspect(status="exited"), "named": True}, "it does not run"),
    ],
)
def test_where_they_are_not_run_the_plan_says_so_and_why(changes: dict[str, Any], why: str) -> None:
    item = decide(settings=BOTH, **changes)
    assert hooks(item) == ("", "", [])
    assert item.message == f"its pre hook is not run: {why}; its post hook is not run: {why}"


def test_without_hooks_nothing_is_said_of_them() -> None:
    for settings in (HOOKS_OFF, ON):
        item = decide(hooks=settings)
        assert (hooks(item), item.message) == (("", "", []), "")


@pytest.mark.parametrize(("output", "words"), [("a\nb\n\n", ": b"), ("", ""), ("x" * 500, ": " + "x" * 200)])
def test_the_last_line_of_what_it_printed_is_told(output: str, words: str) -> None:
    assert said("pre", Ended(3, output)) == f"its pre hook ended with exit code 3{words}"
