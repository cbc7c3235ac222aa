"""Which updates are one operation, in which order, and what is done to a container that only goes along."""

from dataclasses import replace
from typing import Any

import pytest

from dockmon_cli.core.swap_group import GroupPlan
from dockmon_cli.core.update_plan import Candidate, PlanItem, needs, plan
from tests.core.test_update_plan import CONTAINER, VERIFY, candidate, dependent, inspect, tied


def named(name: str, place: int, **changes: Any) -> Candidate:
    return candidate(container=replace(CONTAINER, id=name.ljust(64, "0"), name=name), place=place, **changes)


def decided(*candidates: Candidate) -> dict[str, PlanItem]:
    return {item.candidate.container.name: item for item in plan(candidates, VERIFY, forced=frozenset())}


def members(item: PlanItem) -> list[tuple[str, bool]]:
    assert item.group
    return [(member.name, member.is_update) for member in item.group.members]


def test_a_container_that_nobody_is_bound_to_is_a_group_of_its_own() -> None:
    item = decided(candidate())["web"]
    assert item.swap
    assert item.group == GroupPlan((item.swap,))


def test_what_goes_down_with_it_is_recreated_from_its_own_image() -> None:
    item = decided(candidate(dependents=(dependent(),)))["web"]
    assert members(item) == [("web", True), ("side", False)]
    assert item.group
    side = item.group.members[1]
    assert (side.new_image_id, side.ties, side.image) == (side.old_image_id, tied("web"), CONTAINER.image)
    names = [step.name for step in side.steps]
    assert not {"pull", "commit", "move_tag"} & set(names)
    assert {"lock", "stop", "lend_tag", "create", "start", "verify", "remove_old", "drop_old_tag"} <= set(names)
    assert "side" in item.message


@pytest.mark.parametrize("image", ["sha256:" + "a" * 64, "registry.lan:5000/web@sha256:" + "a" * 64])
def test_what_was_created_from_an_id_or_a_digest_lends_no_tag(image: str) -> None:
    own = inspect()
    own["Config"]["Image"] = image
    group = decided(candidate(dependents=(dependent(inspect=own),)))["web"].group
    assert group
    assert not {"lend_tag", "return_tag"} & {step.name for step in group.members[1].steps}


def test_a_dependent_that_was_ill_before_has_to_prove_nothing() -> None:
    group = decided(candidate(dependents=(dependent(is_ill=True),)))["web"].group
    assert group
    assert "verify" not in {step.name for step in group.members[1].steps}


def test_a_stopped_dependent_is_never_started() -> None:
    group = decided(candidate(dependents=(dependent(inspect=inspect(status="exited")),)))["web"].group
    assert group
    assert not {"stop", "start", "verify"} & {step.name for step in group.members[1].steps}


def test_a_dependent_with_an_update_gets_it_in_the_operation_of_the_other() -> None:
    items = decided(named("side", 1, ties=tied("web")), candidate(dependents=(dependent(),)))
    assert members(items["web"]) == [("web", True), ("side", True)]
    assert (items["side"].group, items["side"].leader) == (None, items["web"].candidate.container.key)
    assert "web" in items["side"].message
    assert items["web"].group
    assert items["web"].group.members[1].ties == tied("web")


def test_a_dependent_that_may_not_be_updated_goes_along_as_it_is() -> None:
    items = decided(named("side", 1, verdict="block"), candidate(dependents=(dependent(),)))
    assert members(items["web"]) == [("web", True), ("side", False)]
    assert items["side"].would == "blocked"


def test_one_that_goes_down_with_two_makes_them_one_operation() -> None:
    shared = dependent("side", 5, bound_to=("web", "gate", "else"))
    items = decided(named("gate", 2, dependents=(shared,)), candidate(dependents=(shared,), place=1))
    assert members(items["web"]) == [("web", True), ("gate", True), ("side", False)]
    assert items["gate"].leader == items["web"].candidate.container.key
    assert items["web"].group
    assert items["web"].group.members[2].ties == tied("web", "gate", "else")


def test_operations_come_after_those_of_what_they_depend_on() -> None:
    key = CONTAINER.key
    items = plan(
        [named("late", 3, needs=frozenset({key, "h:elsewhere"})), candidate(), named("idle", 4)],
        VERIFY,
        forced=frozenset(),
    )
    late, _, idle = (item.candidate.container.key for item in items)
    assert needs(items) == {late: frozenset({key}), key: frozenset(), idle: frozenset()}


def test_what_depends_on_a_member_comes_after_the_operation_of_its_leader() -> None:
    side = dependent().container.key
    items = plan(
        [named("late", 3, needs=frozenset({side})), candidate(dependents=(dependent(),))], VERIFY, forced=frozenset()
    )
    assert needs(items)[items[0].candidate.container.key] == frozenset({CONTAINER.key})


def test_an_operation_comes_after_what_one_that_it_leads_depends_on() -> None:
    database = named("db", 0)
    side = named("side", 2, ties=tied("web"), needs=frozenset({database.container.key}))
    items = plan([database, candidate(dependents=(dependent(),), place=1), side], VERIFY, forced=frozenset())
    assert needs(items)[CONTAINER.key] == frozenset({database.container.key})
