"""Several swaps as one operation: the order of their steps, and what the journal keeps of them."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from dockmon_cli.core.documents import encode
from dockmon_cli.core.operation import ImageVersion, Operation, StepRecord, fact_name
from dockmon_cli.core.past import identities
from dockmon_cli.core.swap import forward_steps
from dockmon_cli.core.swap_group import STAGES, GroupPlan, group_plan, merged
from dockmon_cli.services.swap.run import STEPS
from tests.core.test_recovery import plan_for

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_every_step_there_is_has_one_stage() -> None:
    assert sorted(name for _, names in STAGES for name in names) == sorted(STEPS)


def test_a_group_of_one_does_its_steps_in_its_own_order() -> None:
    for runs in (True, False):
        for has_way_back in (True, False):
            steps = forward_steps(runs=runs, has_way_back=has_way_back, is_paused=runs)
            assert [step for _, step in merged([steps], lambda step: step.name)] == list(steps)


def test_all_are_down_before_one_changes_and_the_last_goes_first() -> None:
    order = merged([["stop", "create", "start", "verify", "remove_old"]] * 2, str)
    assert order == (
        (1, "stop"), (0, "stop"), (0, "create"), (0, "start"), (1, "create"), (1, "start"),
        (0, "verify"), (1, "verify"), (1, "remove_old"), (0, "remove_old"),
    )  # fmt: skip


def row(plan: object) -> Operation:
    version = ImageVersion()
    return Operation("op", "h", "nas", "web", "web", "h:old", "me", NOW, "forward", version, version, encode(plan))


def test_a_plan_comes_back_from_the_journal_as_it_was() -> None:
    group = GroupPlan((plan_for("running", "always"), plan_for("paused", "no")))
    assert group_plan(json.loads(json.dumps(encode(group)))) == group


def test_a_row_that_holds_the_plan_of_one_container_is_still_read() -> None:
    alone = replace(plan_for("running", "always"), identity="web")
    assert group_plan(json.loads(json.dumps(encode(alone)))) == GroupPlan((alone,))
    assert identities(row(alone)) == ("web",)


def test_each_container_of_a_row_has_steps_and_facts_of_its_own() -> None:
    steps = (StepRecord("stop", NOW, container="sidecar"), StepRecord("stop", NOW), StepRecord("create", NOW))
    facts = {fact_name(None, "new_id"): "n1", fact_name("sidecar", "new_id"): "n2"}
    whole = row(GroupPlan((plan_for("running", "always"),)))
    whole = replace(whole, steps=steps, facts=facts)
    assert whole.of(None).facts == {"new_id": "n1"}
    assert whole.of("sidecar").facts == {"new_id": "n2"}
    assert [step.name for step in whole.of("sidecar").steps] == ["stop"]
    assert [step.name for step in whole.of(None).steps] == ["stop", "create"]
