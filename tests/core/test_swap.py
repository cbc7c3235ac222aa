"""The plan of a swap: its steps, its names, and the words for what went wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dockmon_cli.core.create_spec import settings_mark
from dockmon_cli.core.errors import (
    Conflict,
    CutOff,
    DockmonError,
    EngineError,
    HostError,
    NoSuchObject,
    ReadOnly,
    RegistryError,
)
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.swap import changed_since, forward_steps, own_tags, start_state, was_set_anew
from dockmon_cli.core.swap_failure import Busy, StepFailed, failure_reason
from tests.core.test_recovery import plan_for


def names(**kind: Any) -> list[str]:
    return [step.name for step in forward_steps(**{"runs": True, "has_way_back": True, "is_paused": False, **kind})]


def test_the_old_one_is_stopped_before_it_is_renamed_and_removed_only_after_the_proof() -> None:
    steps = names()
    order = ["pull", "keep", "lock", "disarm", "stop", "set_aside", "lend_tag", "create", "start", "verify", "commit",
             "remove_old", "move_tag", "unlock", "drop_new_tag"]  # fmt: skip
    assert [step for step in steps if step in order] == order


def test_the_tag_is_back_before_anybody_waits_for_the_proof() -> None:
    assert names().index("create") < names().index("start") < names().index("return_tag") < names().index("verify")


def test_of_a_compose_service_the_tag_is_back_before_it_starts() -> None:
    assert names(is_compose=True).index("return_tag") < names(is_compose=True).index("start")


def test_a_stopped_one_is_never_stopped_or_started() -> None:
    assert not {"disarm", "stop", "start", "verify", "pause"} & set(names(runs=False))


def test_one_without_a_way_back_is_not_set_aside() -> None:
    assert not {"disarm", "set_aside", "remove_old"} & set(names(has_way_back=False))


def test_a_paused_one_is_paused_when_it_is_proven_and_before_there_is_no_way_back() -> None:
    steps = names(is_paused=True)
    assert steps.index("verify") < steps.index("pause") < steps.index("commit")


def test_our_names_of_images_are_valid_and_belong_to_one_container_alone() -> None:
    reference = Reference.parse("[fd00::1]:5000/Shop/web:1".lower())
    first = own_tags(reference, "c1" * 32, "sha256:" + "a" * 64, "sha256:" + "b" * 64)
    second = own_tags(reference, "c2" * 32, "sha256:" + "a" * 64, "sha256:" + "b" * 64)
    assert first == (
        "dockmon-rollback/fd00-1-5000/shop/web:aaaaaaaaaaaa-c1c1c1c1c1c1",
        "dockmon-new/fd00-1-5000/shop/web:bbbbbbbbbbbb-c1c1c1c1c1c1",
    )
    loopback = own_tags(Reference.parse("[::1]:5000/web:1"), "c1" * 32, "sha256:" + "a" * 64, "sha256:" + "b" * 64)
    assert [str(Reference.parse(name).repository) for name in loopback] == [
        "dockmon-rollback/1-5000/web",
        "dockmon-new/1-5000/web",
    ]
    assert not set(first) & set(second)


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ({"Running": True}, "running"),
        ({"Running": True, "Paused": True}, "paused"),
        ({"Running": True, "Restarting": True}, "running"),
        ({"Running": False, "Restarting": True}, "running"),
        ({"Running": False}, "stopped"),
    ],
)
def test_the_state_that_a_swap_ends_in(state: dict[str, bool], word: str) -> None:
    assert start_state({"State": state}) == word


@pytest.mark.parametrize(
    ("now", "word"),
    [
        (None, "removed"),
        ({"Name": "/web", "State": {"Running": True}}, ""),
        ({"Name": "/web", "State": {"Running": False}}, "stopped"),
        ({"Name": "/other", "State": {"Running": True}}, "renamed"),
    ],
)
def test_what_happened_since_the_plan_is_seen(now: dict[str, Any] | None, word: str) -> None:
    found = changed_since(plan_for("running", "no"), now)
    assert word in found
    assert bool(found) == bool(word)


CHOSEN = {"IPAMConfig": {"IPv4Address": "10.1.0.9"}, "Aliases": ["www"]}
WEB_HOST = {"NetworkMode": "front", "Memory": 0, "Links": ["/db:/web/db", "/cache:/web/cache"]}
WEB = {
    "Id": "c" * 64,
    "Name": "/web",
    "State": {"Running": True},
    "HostConfig": WEB_HOST,
    "NetworkSettings": {"Networks": {"front": {**CHOSEN, "IPAddress": "10.1.0.9", "EndpointID": "e1"}}},
}


@pytest.mark.parametrize(
    ("changed", "is_seen"),
    [
        ({}, False),
        ({"NetworkSettings": {"Networks": {"front": {**CHOSEN, "IPAddress": "10.1.0.9", "EndpointID": "e2"}}}}, False),
        ({"NetworkSettings": {"Networks": {"front": {**CHOSEN, "Aliases": ["www", "c" * 12]}}}}, False),
        ({"HostConfig": {**WEB_HOST, "Links": ["/cache:/web/cache", "/db:/web/db"]}}, False),
        ({"HostConfig": {**WEB_HOST, "Links": ["/db.dockmon-old:/web.dockmon-old/db"]}}, False),
        ({"NetworkSettings": {"Networks": {"front": CHOSEN, "back": {}}}}, True),
        ({"NetworkSettings": {"Networks": {"front": {**CHOSEN, "Aliases": ["other"]}}}}, True),
        ({"HostConfig": {**WEB_HOST, "Memory": 512}}, True),
    ],
)
def test_settings_that_were_changed_since_the_plan_are_not_lost(changed: dict[str, Any], is_seen: bool) -> None:
    plan = replace(plan_for("running", "no"), mark=settings_mark(WEB))
    assert ("networks were changed" in changed_since(plan, {**WEB, **changed})) is is_seen
    assert was_set_anew(plan, {**WEB, **changed}, disarmed=True) is is_seen


@pytest.mark.parametrize(
    ("policy", "is_seen", "is_seen_disarmed"),
    [
        ({"Name": "always"}, False, False),
        ({"Name": "no", "MaximumRetryCount": 0}, True, False),
        ({"Name": "unless-stopped"}, True, True),
        ({"Name": "always", "MaximumRetryCount": 3}, True, True),
    ],
)
def test_a_restart_policy_that_is_not_ours_is_the_users(
    policy: dict[str, Any], is_seen: bool, is_seen_disarmed: bool
) -> None:
    plan = replace(plan_for("running", "always"), mark=settings_mark(WEB))
    now = {**WEB, "HostConfig": {**WEB_HOST, "RestartPolicy": policy}}
    assert was_set_anew(plan, now) is is_seen
    assert was_set_anew(plan, now, disarmed=True) is is_seen_disarmed


@pytest.mark.parametrize(
    ("step", "error", "reason"),
    [
        ("lock", Busy("web.dockmon-new"), "busy"),
        ("verify", StepFailed("unhealthy", "it is"), "unhealthy"),
        ("keep", ReadOnly("forbidden"), "read_only"),
        ("pull", ReadOnly("forbidden"), "read_only"),
        ("create", Conflict("the name is taken"), "create_failed"),
        ("create", EngineError("mkdir /x: no space left on device"), "disk_full"),
        ("start", EngineError("exec: not found"), "start_failed"),
        ("connect", NoSuchObject("network side not found"), "start_failed"),
        ("stop", CutOff("no answer"), "interrupted"),
        ("verify", HostError("timeout", "timed out"), "interrupted"),
        ("pull", CutOff("no answer within 3600 s"), "timeout"),
        ("pull", RegistryError("auth", "the helper failed"), "auth"),
        ("pull", RegistryError("unreachable", "no route"), "pull_failed"),
        ("pull", EngineError("toomanyrequests: You have reached your pull rate limit."), "rate_limited"),
        ("pull", EngineError("unauthorized: authentication required"), "auth"),
        ("pull", EngineError("manifest unknown"), "not_found"),
        ("pull", EngineError("write /var/lib/x: no space left on device"), "disk_full"),
        ("pull", EngineError("unexpected EOF"), "pull_failed"),
    ],
)
def test_each_failure_has_its_word(step: str, error: DockmonError, reason: str) -> None:
    assert failure_reason(step, error) == reason
