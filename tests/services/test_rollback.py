"""A rollback on fakes: where its image comes from, and that it is one however it is cut short."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from dockmon_cli.core.documents import encode
from dockmon_cli.core.operation import ImageVersion
from dockmon_cli.core.policy_defaults import DEFAULT_PATTERNS
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.services import update as service
from dockmon_cli.services.policy import Policies
from dockmon_cli.services.update_rollback import LOOKS_BACK, looks_back
from tests.adapters.store.samples import operation
from tests.core.test_recovery import plan_for
from tests.services.checking import GRAPH
from tests.services.swapping import Scene, died_everywhere
from tests.services.test_update_look import REGISTRY, Fleet


@dataclass
class Updated:
    """A container `name` on nas that dockmon updated once; `older` is the image that it ran before."""

    name: str = "web"
    fleet: Fleet = field(default_factory=Fleet)

    def __post_init__(self) -> None:
        ref = f"{REGISTRY}/{self.name}:1"
        self.older = self.fleet.registry.push(ref, seed="older").digest
        self.fleet.add("nas", self.name)
        self.engine = self.fleet.hosts["nas"]
        runs = self.engine.named(self.name)["Image"]
        plan = replace(
            plan_for("running", "always"), name=self.name, identity=self.name, image=ref, old_image=ref, digest=runs,
            old_image_id=self.older, new_image_id=runs, old=ImageVersion(self.older), new=ImageVersion(runs),
        )  # fmt: skip
        row = operation(host_id="id-nas", identity=self.name, plan=encode(plan), phase="closed", result="updated")
        self.fleet.store.journal.open_operation(row)

    def plan(self, *, force: bool = False) -> PlanItem:
        tools = replace(self.fleet.tools, policies=Policies(patterns=DEFAULT_PATTERNS))
        asked = service.Asked(force=force, look=looks_back(None))
        report = asyncio.run(service.plan(tools, parse_selector((f"nas/{self.name}",)), asked))
        (item,) = report.items
        return item


def test_an_image_that_is_still_there_needs_no_registry() -> None:
    updated = Updated()
    updated.engine.add_image("dockmon-rollback/web:1", image_id=updated.older)
    updated.fleet.registry.fail(REGISTRY, "unreachable")
    item = updated.plan()
    assert item.swap is not None
    assert (item.would, item.swap.new_image_id, item.swap.purpose) == ("update", updated.older, "rollback")
    assert item.message == "its volumes stay as they are"


def test_what_others_on_its_host_did_since_hides_no_update_of_it() -> None:
    updated = Updated()
    others = updated.fleet.store.journal
    for number in range(LOOKS_BACK + 1):
        others.open_operation(
            operation(f"other{number}", host_id="id-nas", identity="db", name="db", minutes=number + 1)
        )
    item = updated.plan()
    assert item.swap is not None
    assert item.swap.new_image_id == updated.older


def test_a_member_of_a_group_returns_to_what_it_ran_before() -> None:
    updated = Updated()
    (alone,) = updated.fleet.store.journal.history(limit=1)
    of_vpn = replace(
        alone, identity="vpn", name="vpn", plan={"members": [alone.plan | {"identity": "vpn"}, alone.plan]}
    )
    updated.fleet.store.journal.save_operation(of_vpn)
    item = updated.plan()
    assert item.swap is not None
    assert item.swap.new_image_id == updated.older


def test_the_plan_says_that_it_returns_to_what_it_was_rolled_back_from() -> None:
    updated = Updated()
    (first,) = updated.fleet.store.journal.history(limit=1)
    plan = {**first.plan, "purpose": "rollback"}
    updated.fleet.store.journal.open_operation(replace(first, op="op2", plan=plan, purpose="rollback"))
    words = "returns to the image that op2 rolled it back from; its volumes stay as they are"
    assert updated.plan().message == words


def test_one_that_is_gone_is_pulled_again_by_its_digest_if_the_registry_has_it() -> None:
    item = Updated().plan()
    assert item.swap is not None
    assert item.swap.digest == Updated().older


def test_it_is_pulled_by_whichever_of_its_digests_the_registry_still_has() -> None:
    updated = Updated()
    updated.engine.facts = GRAPH
    (row,) = updated.fleet.store.journal.history(limit=1)
    plan = {**row.plan, "old": {"digest": "sha256:" + "0" * 64, "version": None}, "left": [updated.older]}
    updated.fleet.store.journal.save_operation(replace(row, plan=plan))
    item = updated.plan()
    assert item.swap is not None
    assert item.swap.digest == updated.older


def test_one_from_another_repository_is_looked_for_and_pulled_there() -> None:
    updated, former = Updated(), f"{REGISTRY}/former"
    older = updated.fleet.registry.push(f"{former}:1", seed="of another repository").digest
    (row,) = updated.fleet.store.journal.history(limit=1)
    plan = {**row.plan, "old_image": f"{former}:1", "old_image_id": older, "old": {"digest": older, "version": None}}
    updated.fleet.store.journal.save_operation(replace(row, plan=plan))
    item = updated.plan()
    assert item.swap is not None
    assert (item.swap.repository, item.swap.digest, item.swap.image) == (former, older, f"{former}:1")


def test_a_registry_that_gives_no_answer_is_no_reason_to_begin() -> None:
    updated = Updated()
    updated.fleet.registry.fail(REGISTRY, "unreachable")
    assert (updated.plan().would, updated.plan().reason) == ("failed", "unreachable")


def test_one_that_is_gone_everywhere_is_refused_before_anything_is_touched() -> None:
    updated = Updated()
    updated.fleet.registry.delete(f"{REGISTRY}/web:1", updated.older)
    item = updated.plan()
    assert (item.would, item.reason, item.swap) == ("failed", "not_found", None)
    assert "is not on nas any more, and can't be pulled again" in item.message


@pytest.mark.parametrize("force", [False, True])
def test_a_database_wants_an_answer_of_its_own(force: bool) -> None:
    updated = Updated("postgres")
    item = updated.plan(force=force)
    assert (item.would, item.reason) == (("update", None) if force else ("needs_confirmation", "database"))


def test_killed_anywhere_it_ends_as_a_rollback_or_as_if_it_had_not_begun() -> None:
    for scene in died_everywhere(lambda: Scene(purpose="rollback")):
        row = scene.to_the_end()
        scene.assert_settled() if scene.journal.rows else None
        assert row.reason == "rollback" or row.result != "updated"
    whole = Scene(purpose="rollback").swap()
    assert (whole.result, whole.reason) == ("updated", "rollback")
