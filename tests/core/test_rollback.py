"""Which image a rollback returns to, from what the journal says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dockmon_cli.core.documents import encode
from dockmon_cli.core.errors import Ambiguous, NotFound
from dockmon_cli.core.operation import ImageVersion, Operation, Result, StepRecord
from dockmon_cli.core.rollback import NoPrevious, Past, Previous, choose, past_of, remark
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.core.swap_group import GroupPlan
from tests.core.test_recovery import plan_for

NOW = datetime(2026, 11, 20, tzinfo=UTC)
REPOSITORY = "registry.lan/web"


def image(letter: str) -> str:
    """The ID of an image."""
    return "sha256:" + letter * 64


def index(letter: str) -> str:
    """The digest of the index that names it."""
    return f"sha256:d{letter * 63}"


def step(old: str, new: str, *, tag: str = "1", old_tag: str = "1") -> SwapPlan:
    return replace(
        plan_for("running", "always"),
        identity="web",
        image=f"{REPOSITORY}:{tag}",
        old_image=f"{REPOSITORY}:{old_tag}",
        digest=index(new),
        old_image_id=image(old),
        new_image_id=image(new),
        old=ImageVersion(index(old), f"1.{old}"),
        new=ImageVersion(index(new), f"1.{new}"),
    )


def row(op: str, plan: object, result: Result = "updated") -> Operation:
    stored = json.loads(json.dumps(encode(plan)))
    version = ImageVersion()
    return Operation(
        op, "h", "nas", "web", "web", "h:old", "me", NOW, "closed", version, version, stored, result=result
    )


def past(*rows: Operation) -> list[Past]:
    return past_of(rows, "web")


THREE = past(row("33", step("b", "c")), row("22", step("b", "c"), "rolled_back"), row("11", step("a", "b")))


def test_the_image_before_the_last_update_that_went_well_is_the_previous_one() -> None:
    found = choose(THREE, image("c"), None)
    assert found == Previous(f"{REPOSITORY}:1", image("b"), index("b"), "1.b")
    assert found.repository == REPOSITORY


def test_after_a_rollback_the_previous_one_is_where_it_came_from() -> None:
    back = [*past(row("44", step("c", "b"))), *THREE]
    assert isinstance(found := choose(back, image("b"), None), Previous)
    assert found.image_id == image("c")


def back(old: str, new: str) -> SwapPlan:
    return replace(step(old, new), purpose="rollback")


def said(known: list[Past], runs: str, to: str | None = None) -> str:
    found = choose(known, image(runs), to)
    assert isinstance(found, Previous)
    return remark(known, found)


def test_a_rollback_of_a_rollback_says_that_it_returns_to_what_was_left_for_a_reason() -> None:
    twice = [*past(row("44", back("c", "b"))), *THREE]
    words = "returns to the image that 44 rolled it back from"
    assert (said(twice, "b"), said(twice, "b", "44"), said(twice, "b", index("c"))) == (words, words, words)
    assert (said(twice, "b", index("a")), said(THREE, "c")) == ("", "")


def test_an_image_that_was_taken_up_again_since_is_none_that_was_left_by_a_rollback() -> None:
    again = [*past(row("55", step("c", "d")), row("54", step("b", "c")), row("44", back("c", "b"))), *THREE]
    assert said(again, "d") == ""
    refused = [*past(row("45", back("b", "a"), "rolled_back"), row("44", back("c", "b"))), *THREE]
    assert said(refused, "b") == "returns to the image that 44 rolled it back from"


def test_the_reference_is_the_one_it_was_created_from_though_its_tag_is_another_now() -> None:
    found = choose(past(row("11", step("a", "b", tag="1.1", old_tag="1.0"))), image("b"), None)
    assert isinstance(found, Previous)
    assert found.image == f"{REPOSITORY}:1.0"


@pytest.mark.parametrize(
    ("to", "letter"),
    [
        ("11", "a"),
        ("1", "a"),
        ("33", "b"),
        ("22", "b"),
        (index("a"), "a"),
        ("d" + "c" * 12, "c"),
        (image("b")[:20], "b"),
    ],
)
def test_an_operation_means_what_ran_before_it_and_a_digest_its_image(to: str, letter: str) -> None:
    assert isinstance(found := choose(THREE, image("c"), to), Previous)
    assert found.image_id == image(letter)


@pytest.mark.parametrize("to", ["44", "", "sha256:", "sha256:12", "dbb", "ffff", image("f")])
def test_what_names_nothing_is_not_found(to: str) -> None:
    with pytest.raises(NotFound):
        choose(THREE, image("c"), to)


def test_what_could_be_several_is_ambiguous() -> None:
    with pytest.raises(Ambiguous):
        choose(past(row("12", step("b", "c")), row("11", step("a", "b"))), image("c"), "1")
    with pytest.raises(Ambiguous):
        choose(past(row("12", step("eeee0", "c")), row("11", step("eeee1", "b"))), image("c"), "sha256:eeee")


def test_without_an_update_there_is_nothing_to_return_to() -> None:
    failed = past(row("22", step("a", "b"), "failed"), row("11", step("a", "b"), "rolled_back"))
    for known in ([], failed, past(row("33", step("a", "a")))):
        assert isinstance(choose(known, image("a"), None), NoPrevious)


def test_what_somebody_else_put_there_is_not_left_by_guessing() -> None:
    found = choose(THREE, image("f"), None)
    assert isinstance(found, NoPrevious)
    assert "--to 33" in found.hint


def test_a_member_of_a_group_has_a_past_of_its_own() -> None:
    group = GroupPlan((step("a", "b"), replace(step("e", "f"), identity="sidecar")))
    assert [each.before.image_id for each in past_of([row("11", group)], "sidecar")] == [image("e")]
    assert past_of([row("11", group)], "nobody") == []


def test_a_member_whose_new_one_was_lost_runs_what_it_ran_before() -> None:
    group = GroupPlan((step("a", "b"), replace(step("e", "f"), identity="sidecar", name="sidecar")))
    lost = replace(row("11", group), steps=(StepRecord("recreate_old", NOW, "done", container="sidecar"),))
    assert [each.changed for each in past_of([lost], "sidecar")] == [False]
    assert [each.changed for each in past_of([lost], "web")] == [True]


def test_a_row_of_another_version_that_can_not_be_read_is_left_out() -> None:
    assert past(replace(row("11", step("a", "b")), plan={"identity": "web"})) == []


def test_compose_s_label_tells_the_platform_s_manifest() -> None:
    for said, platform in ((image("9"), image("9")), (image("a"), None)):
        plan = step("a", "b")
        body = {**plan.old_spec.body, "Labels": {"com.docker.compose.image": said}}
        plan = replace(plan, old_spec=replace(plan.old_spec, body=body))
        assert past(row("11", plan))[0].before.platform_digest == platform
