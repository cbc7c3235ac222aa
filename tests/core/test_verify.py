"""The judgement over a new container."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.verify import VerifyRule, VerifySettings, is_ill, judge, rule_for, was_job

SECOND = 1_000_000_000
PLAIN = VerifyRule(10.0, 10.0, has_healthcheck=False)
CHECKED = VerifyRule(60.0, 10.0, has_healthcheck=True)


def container(restarts: int = 0, health: str | None = None, **state: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"Status": "running", "Running": True, "ExitCode": 0, **state}
    if health:
        found["Health"] = {"Status": health, "Log": [{"Output": " no answer on port 80\n"}]}
    return {"State": found, "RestartCount": restarts, "Config": {}, "HostConfig": {}}


def ended(code: int, **state: Any) -> dict[str, Any]:
    return container(Status="exited", Running=False, ExitCode=code, **state)


NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("document", "ill"),
    [
        (container(StartedAt="2026-11-20T11:59:00Z"), False),
        (container(health="starting", StartedAt="2026-11-20T11:59:00Z"), False),
        (container(health="unhealthy", StartedAt="2026-11-01T12:00:00Z"), True),
        (container(Restarting=True, StartedAt="2026-11-20T11:59:59Z"), True),
        (container(restarts=4, StartedAt="2026-11-20T11:59:00Z"), True),
        (container(restarts=4, StartedAt="2026-11-01T12:00:00Z"), False),
    ],
)
def test_one_that_is_unhealthy_or_was_started_again_just_now_is_ill(document: dict[str, Any], ill: bool) -> None:
    assert is_ill(document, NOW) is ill


@pytest.mark.parametrize(
    ("rule", "document", "elapsed", "judgement"),
    [
        (PLAIN, container(), 9.9, ("waiting", "")),
        (PLAIN, container(), 10.0, ("proven", "")),
        (PLAIN, ended(3), 1.0, ("failed", "exited")),
        (PLAIN, ended(0), 1.0, ("failed", "exited")),
        (PLAIN, ended(137, OOMKilled=True), 1.0, ("failed", "exited")),
        (PLAIN, container(Restarting=True), 0.1, ("failed", "restarting")),
        (PLAIN, container(restarts=1), 30.0, ("failed", "restarting")),
        (CHECKED, container(health="starting"), 59.0, ("waiting", "")),
        (CHECKED, container(health="starting"), 60.0, ("failed", "verify_timeout")),
        (CHECKED, container(health="healthy"), 3.0, ("waiting", "")),
        (CHECKED, container(health="healthy"), 10.0, ("proven", "")),
        (CHECKED, container(health="unhealthy"), 0.5, ("failed", "unhealthy")),
        (CHECKED, container(health="healthy", Paused=True), 10.0, ("proven", "")),
    ],
)
def test_what_one_look_tells(
    rule: VerifyRule, document: dict[str, Any], elapsed: float, judgement: tuple[str, str]
) -> None:
    found = judge(rule, document, elapsed)
    assert (found.state, found.reason) == judgement


def test_a_job_may_end_with_0_and_only_so() -> None:
    rule = VerifyRule(10.0, 10.0, has_healthcheck=False, may_end=True)
    assert judge(rule, ended(0), 0.1).state == "proven"
    assert judge(rule, ended(1), 0.1).reason == "exited"
    assert judge(rule, ended(0, OOMKilled=True), 0.1).reason == "exited"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (ended(3), "it ended with exit code 3"),
        (ended(127, Error="exec: no such file"), "it ended with exit code 127: exec: no such file"),
        (ended(137, OOMKilled=True), "it ended with exit code 137, killed for want of memory"),
        (container(Restarting=True, ExitCode=5), "it ends and is started again (last exit code 5)"),
        (container(restarts=2), "it ends and is started again"),
        (container(health="unhealthy"), "its health check says unhealthy: no answer on port 80"),
    ],
)
def test_a_failure_says_what_was_seen(document: dict[str, Any], words: str) -> None:
    assert judge(CHECKED, document, 1.0).message == words


@pytest.mark.parametrize(
    ("health", "deadline"),
    [
        ({"Test": ["CMD", "x"], "Interval": 5 * SECOND, "Timeout": 3 * SECOND, "Retries": 4}, 40.0),
        ({"Test": ["CMD"], "StartPeriod": 60 * SECOND, "Interval": 10 * SECOND, "Timeout": SECOND, "Retries": 2}, 93),
        ({"Test": ["CMD", "x"], "Interval": SECOND, "Timeout": SECOND, "Retries": 1}, 30.0),
        ({"Test": ["CMD-SHELL", "x"]}, 240.0),
        ({"Test": ["NONE"], "StartPeriod": 600 * SECOND}, 10.0),
        (None, 10.0),
    ],
)  # fmt: skip
def test_how_long_a_health_check_may_take(health: dict[str, Any] | None, deadline: float) -> None:
    rule = rule_for({"Config": {"Healthcheck": health}}, VerifySettings(), may_end=False)
    assert rule.deadline_s == deadline
    assert rule.has_healthcheck is (health is not None and health["Test"] != ["NONE"])


def test_the_users_own_limit_replaces_the_computed_one_and_bounds_how_long_it_must_hold_still() -> None:
    health = {"Healthcheck": {"Test": ["CMD", "x"]}}
    rule = rule_for({"Config": health}, VerifySettings(10.0, timeout_s=4.0), may_end=False)
    assert (rule.deadline_s, rule.stable_for_s) == (4.0, 4.0)


@given(st.floats(0, 1000), st.sampled_from([None, "starting", "healthy", "unhealthy"]), st.integers(0, 3))
def test_nothing_is_proven_before_its_time_nor_against_its_health(
    elapsed: float, health: str | None, restarts: int
) -> None:
    found = judge(CHECKED, container(restarts, health), elapsed)
    assert (found.state == "proven") == (elapsed >= 10.0 and health == "healthy" and restarts == 0)
    assert found.state != "waiting" or elapsed < CHECKED.deadline_s


@pytest.mark.parametrize(
    ("host_config", "answer"),
    [
        ({}, True),
        ({"RestartPolicy": {"Name": "on-failure"}}, True),
        ({"RestartPolicy": {"Name": "always"}}, False),
        ({"RestartPolicy": {"Name": ""}, "PortBindings": {"80/tcp": [{"HostPort": "80"}]}}, False),
    ],
)
def test_a_job_restarts_by_no_policy_and_publishes_no_port(host_config: dict[str, Any], answer: bool) -> None:
    assert was_job({"HostConfig": host_config}) is answer
