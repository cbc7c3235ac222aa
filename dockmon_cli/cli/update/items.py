"""Checks, plans, results and operations as the items of documents, and the columns that tables show of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dockmon_cli.cli.container_items import head
from dockmon_cli.cli.output import Column, Item
from dockmon_cli.core.check_answer import FINDINGS, CheckAnswer
from dockmon_cli.core.containers import Container
from dockmon_cli.core.documents import encode, parse_time, rfc3339
from dockmon_cli.core.operation import Operation, StepRecord
from dockmon_cli.core.swap_group import GroupPlan
from dockmon_cli.core.text import age
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.services.update_batch import Outcome
from dockmon_cli.services.update_look import Looked

IMAGE_ALONE = "none but the image: the engine removes the container when it stops"


def check_item(looked: Looked) -> Item:
    """One answer of `update check`."""
    auto = looked.settings.auto.value
    return _answer(looked.checked.container, looked.checked.answer, looked.policy, looked.last, auto=auto)


def _answer(
    container: Container, answer: CheckAnswer, policy: str, last: CheckAnswer | None, *, auto: bool
) -> dict[str, Any]:
    return {
        **head(container),
        "target": container.target,
        "image": container.image,
        "policy": policy,
        "auto": "on" if auto else "off",
        "state": answer.state,
        "reason": answer.reason,
        "message": answer.message,
        "last": {"state": last.state, "checked_at": encode(last.checked_at)} if last else None,
        "current": encode(answer.current),
        "available": encode(answer.available),
        "kind": answer.kind,
        "checked_at": encode(answer.checked_at),
    }


def plan_item(item: PlanItem) -> Item:
    """One decision of `update plan` and of `update apply --dry-run`."""
    candidate, served = item.candidate, item.candidate.served
    return {
        **_answer(
            candidate.container, candidate.answer, candidate.verdict, candidate.last, auto=candidate.settings.auto.value
        ),
        "verdict": candidate.verdict,
        "would": item.would,
        "starts_at": encode(item.starts_at),
        "reason": item.reason,
        "message": item.message,
        "size_bytes": served.size_bytes if served else None,
        "size_rw_bytes": candidate.size_rw if item.swap else None,
        "steps": _steps(item),
        "dependents": _dependents(item),
        "way_back": _way_back(item),
        "release_notes": served.release_notes if served else None,
        "change": encode(candidate.change),
    }


def _steps(item: PlanItem) -> list[Item]:
    """The steps of its operation; those of one that is done in another's operation are told there, and here its own."""
    group = item.group or GroupPlan((item.swap,) if item.swap else ())
    return [{**encode(step), "container": group.container(place)} for place, step in group.steps]


def _dependents(item: PlanItem) -> list[str]:
    return [dependent.name for dependent in item.candidate.dependents]


def _way_back(item: PlanItem) -> str | None:
    if item.swap is None:
        return None
    if item.swap.starts_first:
        return "the original container, which runs until the new one has proven itself"
    if not item.swap.has_way_back:
        return IMAGE_ALONE
    return "the original container, kept until the new one has proven itself"


def outcome_item(outcome: Outcome) -> Item:
    """One result of `update apply`."""
    container, swap, operation = outcome.item.candidate.container, outcome.item.swap, outcome.operation
    answer = outcome.item.candidate.answer
    new = swap.new if swap else answer.available
    return {
        **head(container),
        "target": container.target,
        "image": container.image,
        "result": outcome.result,
        "reason": outcome.reason,
        "message": outcome.message,
        "old": {"digest": answer.current.digest, "version": answer.current.version},
        "new": {"digest": new.digest, "version": new.version} if new else None,
        "op": operation.op if operation else None,
        "dependents": _dependents(outcome.item),
        "change": encode(outcome.item.candidate.change) if outcome.result == "updated" else None,
    }


def operation_item(operation: Operation) -> Item:
    """One operation of `update history`, `update show` and `update recover`."""
    return {
        "op": operation.op,
        "by": operation.by,
        "purpose": operation.purpose,
        "key": operation.key,
        "host": operation.host,
        "name": operation.name,
        "identity": operation.identity,
        "target": f"{operation.host}/{operation.name}",
        "old": encode(operation.old),
        "new": encode(operation.new),
        "result": operation.result or ("open" if operation.phase != "closed" else None),
        "reason": operation.reason,
        "message": operation.message,
        "phase": operation.phase,
        "started_at": rfc3339(operation.opened_at),
        "finished_at": encode(operation.closed_at),
        "duration_s": _duration(operation),
        "steps": [_step_record(step) for step in operation.steps],
        "log": operation.whole_log,
        "exit_code": operation.exit_code,
    }


def _step_record(step: StepRecord) -> Item:
    """What it printed is in the operation's `log`."""
    return {name: value for name, value in encode(step).items() if name != "output"}


def _duration(operation: Operation) -> float | None:
    if operation.closed_at is None:
        return None
    return round((operation.closed_at - operation.opened_at).total_seconds(), 3)


def _new(item: Item) -> str:
    """What would run: its version, `new` where only the content differs, or the state that says why there is none."""
    if item["state"] not in FINDINGS:
        return str(item["state"])
    version = (item["available"] or {}).get("version")
    return "new" if item["kind"] == "digest" or not version else str(version)


def _first_seen(item: Item) -> str | None:
    seen = (item["available"] or {}).get("first_seen_at")
    return age((datetime.now(UTC) - parse_time(seen)).total_seconds()) if seen else None


def _megabytes(key: str) -> Callable[[Item], str | None]:
    def size(item: Item) -> str | None:
        return f"{item[key] / 1e6:.1f}MB" if item[key] else None

    return size


def _back_by(item: Item) -> str | None:
    """What there is to come back to, in a word."""
    return item["way_back"] and ("image" if item["way_back"] == IMAGE_ALONE else "original")


def _step_names(item: Item) -> str:
    return ",".join(":".join(filter(None, (step["container"], step["name"]))) for step in item["steps"])


def _when(key: str) -> Callable[[Item], str | None]:
    def ago(item: Item) -> str | None:
        return age((datetime.now(UTC) - parse_time(item[key])).total_seconds()) if item[key] else None

    return ago


def _starts(item: Item) -> str | None:
    """When an update would start, on the clocks of this machine; `now` where it would not wait."""
    if item["would"] == "update" and not item["reason"]:
        return "now"
    return parse_time(item["starts_at"]).astimezone().isoformat(timespec="minutes") if item["starts_at"] else None


TARGET = Column("TARGET", "target")
CHECK_COLUMNS = (
    TARGET,
    Column("IMAGE", "image", shrinks=True),
    Column("NOW", "current.version"),
    Column("NEW", _new, state=True),
    Column("KIND", "kind"),
    Column("AGE", _first_seen),
    Column("STATE", "state", wide=True, state=True),
    Column("REASON", "reason", wide=True),
    Column("TO", "available.image", wide=True),
    Column("DIGEST", "available.digest", wide=True),
    Column("POLICY", "policy", state=True),
)
PLAN_COLUMNS = (
    TARGET,
    Column("IMAGE", "image", shrinks=True),
    Column("NOW", "current.version"),
    Column("NEW", _new, state=True),
    Column("KIND", "kind"),
    Column("SIZE", _megabytes("size_bytes")),
    Column("CHECKED", _when("checked_at")),
    Column("AGE", _first_seen, wide=True),
    Column("WAY-BACK", _back_by, wide=True),
    Column("WRITTEN", _megabytes("size_rw_bytes"), wide=True),
    Column("STEPS", _step_names, wide=True),
    Column("TO", "available.image", wide=True),
    Column("RELEASES", "release_notes", wide=True),
    Column("POLICY", "policy", state=True),
    Column("WOULD", "would", state=True),
    Column("REASON", "reason"),
)
AUTO_COLUMNS = (*PLAN_COLUMNS[:-1], Column("STARTS", _starts), PLAN_COLUMNS[-1])
OUTCOME_COLUMNS = (
    TARGET,
    Column("RESULT", "result", state=True),
    Column("REASON", "reason"),
    Column("OLD", "old.version"),
    Column("NEW", "new.version"),
    Column("OLD-DIGEST", "old.digest", wide=True),
    Column("NEW-DIGEST", "new.digest", wide=True),
    Column("OP", "op"),
)
HISTORY_COLUMNS = (
    TARGET,
    Column("OP", "op"),
    Column("STARTED", _when("started_at")),
    Column("TOOK", lambda item: None if item["duration_s"] is None else f"{item['duration_s']:.1f}s"),
    Column("RESULT", "result", state=True),
    Column("OLD", "old.version"),
    Column("NEW", "new.version"),
    Column("OLD-DIGEST", "old.digest", wide=True),
    Column("NEW-DIGEST", "new.digest", wide=True),
    Column("BY", "by", wide=True),
    Column("STEPS", _step_names, wide=True),
    Column("REASON", "reason"),
)
