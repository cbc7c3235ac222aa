"""Has the new container proven itself? A judgement over one look at it, repeated until it is not `waiting`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from dockmon_cli.core.documents import Document, parse_time

SHORTEST_HEALTH_WAIT_S = 30.0
NANOSECONDS = 1e9
RECOVERED_AFTER = timedelta(minutes=10)
DEFAULT_INTERVAL_S = 30.0
DEFAULT_TIMEOUT_S = 30.0
DEFAULT_RETRIES = 3


@dataclass(frozen=True, slots=True)
class VerifySettings:
    """`[update.verify]`, in seconds: how long it must hold still, and a limit that replaces the computed one."""

    stable_for_s: float = 10.0
    timeout_s: float | None = None


@dataclass(frozen=True, slots=True)
class VerifyRule:
    """What one container has to show. `deadline_s` and `stable_for_s` count from its start."""

    deadline_s: float
    stable_for_s: float
    has_healthcheck: bool
    may_end: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """`proven`, `waiting`, or `failed` with the reason that the result carries."""

    state: Literal["waiting", "proven", "failed"]
    reason: str = ""
    message: str = ""


WAITING = Judgement("waiting")
PROVEN = Judgement("proven")


def rule_for(container: Document, settings: VerifySettings, *, may_end: bool) -> VerifyRule:
    """Given the created container's inspect document, return its rule.

    With a HEALTHCHECK it gets start period + (retries + 1) * (interval + time-out), at least 30 s. `may_end` says
    that the old one was a job that is known to end with 0.
    """
    health = container["Config"].get("Healthcheck") or {}
    tests = health.get("Test") or []
    has_healthcheck = bool(tests) and tests[0] != "NONE"
    needed = max(_health_wait(health), SHORTEST_HEALTH_WAIT_S) if has_healthcheck else 0.0
    limit = settings.timeout_s if settings.timeout_s is not None else max(needed, settings.stable_for_s)
    return VerifyRule(limit, min(settings.stable_for_s, limit), has_healthcheck, may_end)


def _health_wait(health: Document) -> float:
    interval = (health.get("Interval") or 0) / NANOSECONDS or DEFAULT_INTERVAL_S
    timeout = (health.get("Timeout") or 0) / NANOSECONDS or DEFAULT_TIMEOUT_S
    start = (health.get("StartPeriod") or 0) / NANOSECONDS
    retries = health.get("Retries") or DEFAULT_RETRIES
    return float(start + (retries + 1) * (interval + timeout))


def judge(rule: VerifyRule, container: Document, elapsed_s: float) -> Judgement:
    """Given the rule, a fresh inspect document and the seconds since the start, return the judgement."""
    state = container["State"]
    if state.get("Restarting") or container.get("RestartCount", 0) > 0:
        last = f" (last {_end(state)})" if not state.get("Running") or state.get("Restarting") else ""
        return Judgement("failed", "restarting", f"it ends and is started again{last}")
    if not state.get("Running"):
        return _ended(rule, state)
    health = (state.get("Health") or {}).get("Status")
    if rule.has_healthcheck and health == "unhealthy":
        return Judgement("failed", "unhealthy", "its health check says unhealthy" + _last_output(state))
    if elapsed_s >= rule.stable_for_s and (not rule.has_healthcheck or health == "healthy"):
        return PROVEN
    if elapsed_s >= rule.deadline_s and rule.has_healthcheck:
        waited = f"still {health or 'without an answer'} after {elapsed_s:.0f} s"
        return Judgement("failed", "verify_timeout", waited + _last_output(state))
    return WAITING


def _ended(rule: VerifyRule, state: Document) -> Judgement:
    if state.get("ExitCode") == 0 and rule.may_end and not state.get("OOMKilled"):
        return PROVEN
    error = f": {state['Error']}" if state.get("Error") else ""
    return Judgement("failed", "exited", f"it ended with {_end(state)}{error}")


def _end(state: Document) -> str:
    memory = ", killed for want of memory" if state.get("OOMKilled") else ""
    return f"exit code {int(state.get('ExitCode') or 0)}{memory}"


def _last_output(state: Document) -> str:
    log = (state.get("Health") or {}).get("Log") or []
    output = str(log[-1].get("Output", "")).strip() if log else ""
    return f": {output[:200]}" if output else ""


def is_ill(container: Document, now: datetime) -> bool:
    """True if it is unhealthy, or ends and is started again; a restart that it has long outlived counts no more.

    The update of another container must not hang on one that was ill before.
    """
    state = container["State"]
    health = (state.get("Health") or {}).get("Status")
    loops = container.get("RestartCount") and now - parse_time(state["StartedAt"]) < RECOVERED_AFTER
    return bool(state.get("Restarting") or loops) or health == "unhealthy"


def was_job(container: Document) -> bool:
    """True if the old container looks like one that is meant to end: no restart by policy, no published port."""
    host_config = container["HostConfig"]
    policy = (host_config.get("RestartPolicy") or {}).get("Name") or "no"
    return policy in ("no", "on-failure") and not host_config.get("PortBindings")
