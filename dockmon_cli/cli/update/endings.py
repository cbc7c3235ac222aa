"""What came of a run: its failures as entries of `errors`, the lines below its table, its exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from dockmon_cli.cli.update.prune_items import megabytes
from dockmon_cli.core.advice import what_is_left, what_to_do
from dockmon_cli.core.errors import DockmonError, RegistryError, StoreError
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.report import ErrorEntry, entries_of, exit_code
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.core.update_plan.restraint import HOLDS_IN
from dockmon_cli.services.image_space import Freed
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.update import ApplyReport
from dockmon_cli.services.update_batch import Outcome
from dockmon_cli.services.update_look import Looked, unknown_error

TIMED_OUT, INTERRUPTED = 8, 130
FAILED = frozenset({"failed", "rolled_back", "rollback_failed", "interrupted"})
OWN_CODES = frozenset({*RegistryError.REASONS, "timeout"})
REFUSED = frozenset({"skipped", "blocked", "needs_confirmation"})


def entries(problems: Iterable[DockmonError]) -> tuple[ErrorEntry, ...]:
    """Hosts that gave no answer and TARGETs that name nothing."""
    return each_once(entry for problem in problems for entry in entries_of(problem))


def each_once(found: Iterable[ErrorEntry]) -> tuple[ErrorEntry, ...]:
    """Entries of the same code about the same thing are one: a registry that limits its rate does so for many."""
    kept: dict[tuple[str, str | None, str | None], ErrorEntry] = {}
    for entry in found:
        kept.setdefault((entry.code, entry.host, entry.target), entry)
    return tuple(kept.values())


def unknown_entries(looked: Sequence[Looked]) -> tuple[ErrorEntry, ...]:
    """The answers that are unknown."""
    return entries(unknown_error(entry) for entry in looked if entry.checked.answer.state == "unknown")


def plan_entries(items: Iterable[PlanItem]) -> tuple[ErrorEntry, ...]:
    """What nobody could plan."""
    return each_once(_plan_entry(item) for item in items if item.would == "failed")


def outcome_entries(outcomes: Iterable[Outcome]) -> tuple[ErrorEntry, ...]:
    """What failed, was not cleaned up or could not be recorded, and of what was named also what was refused."""
    return each_once(entry for outcome in outcomes for entry in _outcome_entries(outcome))


def open_entries(operations: Iterable[Operation]) -> tuple[ErrorEntry, ...]:
    """Updates that are not over, though somebody tried to bring them to an end, each with its next step."""
    return each_once(_open_entry(operation) for operation in operations)


def _open_entry(operation: Operation) -> ErrorEntry:
    code = "unfinished" if operation.result == "updated" else operation.result or "interrupted"
    why = "; ".join(filter(None, (operation.message or "its host gave no answer", what_is_left(operation))))
    target = f"{operation.host}/{operation.name}"
    return ErrorEntry(code, f"not finished: {why}", what_to_do(operation), operation.host, target)


def is_news(outcome: Outcome, news: frozenset[str]) -> bool:
    """Tell whether an automatic run has to show this to people: what was done or failed, named, or new (`news`)."""
    candidate = outcome.item.candidate
    return outcome.result in (*FAILED, "updated") or candidate.named or candidate.container.key in news


def _plan_entry(item: PlanItem) -> ErrorEntry:
    """A failure before anything was begun; one of a whole registry names the registry."""
    candidate = item.candidate
    code = item.reason if item.reason in OWN_CODES else item.would
    if item.reason == "rate_limited" and candidate.reference:
        registry = candidate.reference.registry
        return ErrorEntry(code, item.message.removeprefix(f"{registry}: "), item.hint, None, registry)
    return ErrorEntry(code, item.message, item.hint, candidate.container.host, candidate.container.target)


def _outcome_entries(outcome: Outcome) -> Iterator[ErrorEntry]:
    if outcome.error:
        yield from entries_of(outcome.error)
    failed = outcome.result in FAILED and (outcome.operation or not outcome.error)
    if failed or (outcome.result in REFUSED and outcome.item.candidate.named):
        yield _outcome_entry(outcome)
    if outcome.result == "updated" and outcome.operation and outcome.operation.phase != "closed":
        yield _open_entry(outcome.operation)


def _outcome_entry(outcome: Outcome) -> ErrorEntry:
    item = outcome.item
    if item.would == "failed":
        return _plan_entry(item)
    container = item.candidate.container
    code = outcome.reason if outcome.reason in OWN_CODES else outcome.result
    return ErrorEntry(code, _sentence(outcome), _hint(outcome), container.host, container.target)


def _sentence(outcome: Outcome) -> str:
    words = outcome.result.replace("_", " ")
    why = outcome.message or (outcome.reason or "").replace("_", " ")
    return f"{words}: {why}" if why else words


def _hint(outcome: Outcome) -> str:
    operation = outcome.operation
    if operation and operation.phase != "closed":
        return what_to_do(operation)
    if operation and operation.whole_log:
        return f"what it printed: dockmon update show {operation.op}"
    return outcome.item.hint


def reading_exit_code(
    *, told: int, hosts: int, named: bool, failures: Sequence[ErrorEntry], findings: bool = False
) -> int:
    """Given how many containers could be told about and how many hosts answered, return the exit code.

    Where TARGETs were named, they are what succeeds; under a selection a host that answered is a success too.
    """
    return exit_code(ok=told if named else max(told, hosts), failures=failures, findings=findings)


def apply_exit_code(
    report: ApplyReport, problems: Sequence[ErrorEntry], failed: Sequence[ErrorEntry], *, named: bool
) -> int:
    """Given a report, the hosts and TARGETs that could not be had, and what failed or was refused, return the code."""
    pending = any(outcome.reason == "timeout" for outcome in report.outcomes)
    if report.stopped and (code := stopped_exit_code(report.stopped, pending=pending)):
        return code
    if any(outcome.error for outcome in report.outcomes):
        return StoreError.exit_code
    ok = sum(outcome.result == "updated" or _is_named_and_unchanged(outcome) for outcome in report.outcomes)
    if not failed and not named:
        # Nothing was to be done on the hosts that answered: that is what they were asked for.
        ok = max(ok, report.hosts)
    return exit_code(ok=ok, failures=(*problems, *failed))


def _is_named_and_unchanged(outcome: Outcome) -> bool:
    return outcome.result == "unchanged" and outcome.item.candidate.named


def stopped_exit_code(stopped: Stop, *, pending: bool) -> int:
    """Given why a run was to end, if it was, and whether anything was left undone, return the exit code, else 0."""
    if stopped.why == "interrupted":
        return INTERRUPTED
    return TIMED_OUT if stopped.why == "timeout" and pending else 0


def open_notes(operations: Sequence[Operation]) -> tuple[str, ...]:
    """A line for swaps that did not end: reading commands tell, and leave them alone."""
    if not operations:
        return ()
    names = ", ".join(f"{operation.host}/{operation.name}" for operation in operations)
    return (f"not finished: {names}. `dockmon update recover` brings it to a good end",)


def finished_notes(operations: Iterable[Operation]) -> tuple[str, ...]:
    """A line for each swap of an earlier run that was brought to its end before this one began."""
    return tuple(
        f"finished from before: {operation.host}/{operation.name}: {(operation.result or '').replace('_', ' ')}"
        for operation in operations
    )


def counted(words: Iterable[str]) -> str:
    """Given words, return them counted: `3 updated · 1 rolled back`."""
    return " · ".join(f"{count} {word.replace('_', ' ')}" for word, count in Counter(words).items())


def freed_by(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """A line for what the clean-ups after these updates removed, each operation counted once."""
    return freed_note({o.operation.op: o.freed for o in outcomes if o.operation}.values(), "old images removed")


def freed_note(freed: Iterable[Freed], words: str) -> tuple[str, ...]:
    """Given what went on several hosts, return a line that counts it, or none where nothing went."""
    gone = [each for each in freed if each.images]
    if not gone:
        return ()
    told = [each.bytes for each in gone if each.bytes is not None]
    room = f", {megabytes(sum(told))} freed" if told else ""
    return (f"{words}: {sum(each.images for each in gone)}{room}",)


def remarks(items: Iterable[PlanItem]) -> tuple[str, ...]:
    """A line for each update of which there is more to say than its table shows, and for each that is kept back."""
    told = (item for item in items if item.message and (item.would == "update" or item.reason in HOLDS_IN))
    return tuple(f"{item.candidate.container.target}: {item.message}" for item in told)


def nothing_to_do(covered: int) -> str:
    """Given how many containers were meant, none of which has an update, return what is said.

    A typo must not look as if all were current.
    """
    return "nothing to update" if covered else "no container matches"


def left_out(items: Iterable[PlanItem]) -> tuple[str, ...]:
    """A line that counts the stopped containers that a selection leaves out."""
    count = sum(item.would == "skipped" and item.reason == "stopped" for item in items)
    if not count:
        return ()
    return (f"{count} stopped container{'s' if count > 1 else ''} left out: name one to update it",)


def not_automatic(items: Iterable[PlanItem]) -> tuple[str, ...]:
    """A line that counts the containers with updates that --auto is not about."""
    count = sum(item.reason == "not_automatic" and not item.candidate.named for item in items)
    if not count:
        return ()
    return (f"{count} more with an update {'are' if count > 1 else 'is'} not on automatic: dockmon update auto on",)
