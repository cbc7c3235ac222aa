"""Put on record what came of a run: the last decision about each container, and an event where that is news."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dockmon_cli.core.decisions import Decision, event_kind, to_keep
from dockmon_cli.core.documents import Document
from dockmon_cli.core.events import Event
from dockmon_cli.core.operation import ImageVersion, Operation
from dockmon_cli.core.update_plan import Candidate
from dockmon_cli.core.update_plan.restraint import HOLDS_IN, starts_at
from dockmon_cli.services.update_batch import Outcome
from dockmon_cli.services.update_gather import UpdateTools

WAITS: frozenset[str | None] = frozenset({*HOLDS_IN, "busy", "canary"})
"""What was skipped for one of these is tried again."""


def record(tools: UpdateTools, outcomes: Iterable[Outcome]) -> frozenset[str]:
    """Given what came of each container, keep the decisions and write the events; return the keys of those with one.

    Raise StoreError.
    """
    outcomes = list(outcomes)
    _forget_spent(tools, [outcome.item.candidate for outcome in outcomes if outcome.result == "updated"])
    before, decisions, events = tools.records.decisions(), [], []
    for outcome in outcomes:
        decision = _decision(tools, outcome)
        last = before.get((decision.host_id, decision.identity))
        decisions.append(to_keep(last, decision))
        kind = event_kind(last, decision)
        if kind is not None:
            events.append(_event(tools, kind, outcome, decision))
    tools.records.record(events, decisions)
    return frozenset(event.key for event in events if event.key)


def _forget_spent(tools: UpdateTools, updated: Sequence[Candidate]) -> None:
    """Holds until the next image are over for good once it runs; nobody could tell it from the held one later."""
    came = {
        (each.container.host_id, each.container.identity): each.answer.available.first_seen_at
        for each in updated
        if each.answer.available
    }
    now = tools.clock.now()
    spent = [hold.id for hold in tools.holds.holds() if hold.exact in came and hold.has_ended(now, came[hold.exact])]
    tools.holds.forget_holds(spent)


def record_recovered(tools: UpdateTools, operations: Iterable[Operation]) -> None:
    """Given operations that were brought to an end later, write their events."""
    tools.records.record([_end_of(tools, row) for row in operations if row.phase == "closed" and row.result])


def _decision(tools: UpdateTools, outcome: Outcome) -> Decision:
    candidate = outcome.item.candidate
    available = candidate.answer.available
    waits = outcome.result == "failed" or (outcome.result == "skipped" and outcome.reason in WAITS)
    return Decision(
        host_id=candidate.container.host_id,
        identity=candidate.container.identity,
        at=tools.clock.now(),
        result=outcome.result,
        reason=outcome.reason,
        message=outcome.message,
        next_try_at=starts_at(candidate.restraint) if waits and available else None,
        digest=available.digest if available else None,
    )


def _event(tools: UpdateTools, kind: str, outcome: Outcome, decision: Decision) -> Event:
    container, answer = outcome.item.candidate.container, outcome.item.candidate.answer
    old = ImageVersion(answer.current.digest, answer.current.version)
    new = ImageVersion(answer.available.digest, answer.available.version) if answer.available else ImageVersion()
    return Event(
        at=decision.at,
        kind=kind,
        host_id=container.host_id,
        host=container.host,
        key=container.key,
        name=container.name,
        identity=container.identity,
        old=_words(old),
        new=_words(new),
        by=tools.by,
        correlation_id=outcome.operation.op if outcome.operation else None,
        details=_details(outcome.reason, outcome.message, old, new),
    )


def _end_of(tools: UpdateTools, row: Operation) -> Event:
    return Event(
        at=tools.clock.now(),
        kind="update_done" if row.result == "updated" else f"update_{row.result}",
        host_id=row.host_id,
        host=row.host,
        key=row.key,
        name=row.name,
        identity=row.identity,
        old=_words(row.old),
        new=_words(row.new),
        by=row.by,
        correlation_id=row.op,
        details=_details(row.reason, row.message, row.old, row.new),
    )


def _words(version: ImageVersion) -> str | None:
    return version.version or version.digest


def _details(reason: str | None, message: str, old: ImageVersion, new: ImageVersion) -> Document:
    return {"reason": reason, "message": message, "old_digest": old.digest, "new_digest": new.digest}
