"""Execute the plan of a group: forward step by step, and back if one fails.

The way back is `core.group_recovery.recover_group` on what the engine shows at that moment: the same decision that
`services/update_recover.py` takes for an operation whose process was killed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dockmon_cli.core.errors import DockmonError, StoreError
from dockmon_cli.core.group_recovery import GroupRecovery, recover_group
from dockmon_cli.core.operation import ENDED_AS, Operation, Result
from dockmon_cli.core.recovery import was_tried
from dockmon_cli.core.swap_failure import (
    AGAINST_THE_IMAGE,
    BUSY,
    INTERRUPTED,
    Contended,
    OtherFailed,
    failure_reason,
    is_silence,
)
from dockmon_cli.core.swap_group import GroupPlan
from dockmon_cli.services.journal import Recorder
from dockmon_cli.services.swap.back import BACK
from dockmon_cli.services.swap.context import Swap
from dockmon_cli.services.swap.forward import FORWARD
from dockmon_cli.services.swap.hooks import HOOKS
from dockmon_cli.services.swap.look import evidence, look
from dockmon_cli.services.swap.start_first import START_FIRST

ROLLED_BACK = AGAINST_THE_IMAGE | {INTERRUPTED}
THEN = "; then: "
STEPS = {**FORWARD, **START_FIRST, **HOOKS, **BACK}
PATIENCE_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""A short breath between tries of the way back: a host that blinks must not leave its container down."""


class SwapRun:
    """One operation under way: the swaps of its group, in start order, on one journal row."""

    def __init__(self, swaps: Sequence[Swap], recorder: Recorder):
        self._swaps = swaps
        for swap in swaps:
            swap.group = swaps
        self._group = GroupPlan(tuple(swap.plan for swap in swaps))
        self._recorder = recorder
        self._place = 0
        self._name = ""

    async def run(self) -> Operation:
        """Go forward to the end, or back; return the operation with its result.

        Raise StoreError when the journal can't be written: then no further step is taken but those of the way back.
        """
        try:
            for place, step in self._group.steps:
                await self._do(place, step.name)
            return self._recorder.result("updated", None, "")
        except StoreError as error:
            raise await self._give_up(error) from error
        except DockmonError as error:
            # A container that is down is worse than a record with gaps.
            self._recorder.write_if_possible()
            self._blame(error)
            await self._note_failure(error)
            return await self.finish(*self._why(error))
        finally:
            await self._close_tags()

    async def finish(self, reason: str, message: str) -> Operation:
        """Bring an operation that was cut short to a good end, whichever way that is."""
        for wait in (*PATIENCE_S, None):
            try:
                return await self._finish_once(reason, message)
            except StoreError:
                raise
            except DockmonError as error:
                last = error
            finally:
                await self._close_tags()
            if wait is not None:
                await self._swaps[0].tools.clock.sleep(wait)
        return self._leave_open(last, reason, message)

    def _leave_open(self, last: DockmonError, reason: str, message: str) -> Operation:
        """Patience is over: what is left is for `update recover`."""
        if self._recorder.operation.phase == "committed":
            said = f"it runs, and what was before it is not cleaned up yet: {last.message}"
            return self._recorder.result("updated", None, said, close=False)
        result: Result = "interrupted" if is_silence(last) else "rollback_failed"
        return self._recorder.result(result, reason, f"{message.partition(THEN)[0]}{THEN}{last.message}", close=False)

    async def _do(self, place: int, name: str) -> None:
        self._place, self._name = place, name
        swap = self._swaps[place]
        await swap.recorder.step(name, partial(STEPS[name], swap))

    async def _close_tags(self) -> None:
        for swap in self._swaps:
            await swap.tags.close()

    async def _finish_once(self, reason: str, message: str) -> Operation:
        seen = [await look(swap) for swap in self._swaps]
        decision = recover_group(self._recorder.operation, self._group, seen)
        for swap, member in zip(self._swaps, decision.members, strict=True):
            swap.ends_new = member.outcome == "new"
        try:
            for place, name in decision.steps:
                await self._do(place, name)
        except StoreError:
            raise
        except DockmonError as error:
            self._blame(error)
            goes_on = decision.members[self._place].outcome == "new" and await self._note_failure(error)
            if not goes_on:
                raise
            return await self._finish_once(*self._why(error))
        return self._close(decision, reason, message)

    def _blame(self, error: DockmonError) -> None:
        """What failed may be another member than the one whose step it was."""
        names = [swap.plan.name for swap in self._swaps]
        if isinstance(error, OtherFailed):
            self._place = names.index(error.name)

    def _why(self, error: DockmonError) -> tuple[str, str]:
        """The reason of a failure, and its message, which names the container if it is not the operation's own."""
        container = self._group.container(self._place)
        return failure_reason(self._name, error), f"{container}: {error.message}" if container else error.message

    async def _note_failure(self, error: DockmonError) -> bool:
        """Turn back for good, with evidence, where something is known against the new one; return whether it is."""
        if self._recorder.operation.phase != "forward":
            return False
        if not is_silence(error):
            if not isinstance(error, Contended):
                self._swaps[self._place].recorder.note_fact(failed="yes")
            self._recorder.turn_back(*self._why(error))
        if found := await evidence(self._swaps[self._place]):
            self._recorder.note(log=found.log, exit_code=found.exit_code)
        return not is_silence(error)

    async def _give_up(self, error: StoreError) -> StoreError:
        """The journal can't be written: bring the container back all the same, and return what to raise."""
        self._recorder.write_if_possible()
        ended = await self.finish(INTERRUPTED, error.message)
        main = self._group.main
        target = f"{main.host}/{main.name}"
        said = "is half way: `dockmon update recover` goes on with it"
        if ended.phase == "closed":
            said = "is updated" if ended.result == "updated" else "is as it was"
        return StoreError(f"{error.message}; {target} {said}", error.hint, host=main.host, target=target)

    def _close(self, decision: GroupRecovery, reason: str, message: str) -> Operation:
        self._recorder.note_fact({ENDED_AS: decision.outcome})
        more = "" if decision.message in message else decision.message
        said = "; ".join(part for part in (message, more) if part)
        if decision.outcome == "stuck":
            return self._recorder.result("rollback_failed", reason, said, close=False)
        # What somebody did to it after the commit does not undo it.
        is_done = decision.outcome == "replaced" and self._recorder.operation.phase == "committed"
        if decision.outcome == "new" or is_done:
            return self._recorder.result("updated", None, decision.message)
        return self._recorder.result(self._result_of_going_back(decision, reason), reason, said)

    def _result_of_going_back(self, decision: GroupRecovery, reason: str) -> Result:
        if reason == BUSY or self._recorder.operation.knows("declined"):
            return "skipped"
        came_back = decision.outcome == "old" and was_tried(self._recorder.operation)
        return "rolled_back" if came_back and reason in ROLLED_BACK else "failed"
