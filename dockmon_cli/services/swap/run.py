"""Execute a swap plan: forward step by step, and back if one fails.

The way back is `core.recovery.recover` on what the engine shows at that moment: the same decision that
`services/update_recover.py` takes for a swap whose process was killed.
"""

from __future__ import annotations

from functools import partial

from dockmon_cli.core.containers import identity
from dockmon_cli.core.create_spec.build import OP_LABEL
from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import DockmonError, EngineError, HostError, StoreError
from dockmon_cli.core.operation import Operation, Result
from dockmon_cli.core.recovery import Recovery, Seen, SeenContainer, begun, recover, was_touched
from dockmon_cli.core.swap_failure import BUSY, INTERRUPTED, failure_reason, is_silence
from dockmon_cli.services.swap.back import BACK
from dockmon_cli.services.swap.context import Swap
from dockmon_cli.services.swap.forward import FORWARD

ROLLED_BACK: frozenset[str] = frozenset(
    {"start_failed", "exited", "restarting", "unhealthy", "verify_timeout", "image_mismatch", INTERRUPTED}
)
LOG_LINES = 50
THEN = "; then: "
STEPS = {**FORWARD, **BACK}
PATIENCE_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""A short breath between tries of the way back: a host that blinks must not leave its container down."""


class SwapRun:
    """One swap under way."""

    def __init__(self, swap: Swap):
        self._swap = swap
        self._plan = swap.plan
        self._recorder = swap.recorder

    async def run(self) -> Operation:
        """Go forward to the end, or back; return the operation with its result.

        Raise StoreError when the journal can't be written: then no further step is taken but those of the way back.
        """
        name = ""
        try:
            for step in self._plan.steps:
                name = step.name
                await self._do(name)
            return self._recorder.result("updated", None, "")
        except StoreError as error:
            raise await self._give_up(error) from error
        except DockmonError as error:
            # A container that is down is worse than a record with gaps.
            self._recorder.write_if_possible()
            await self._note_failure(error)
            return await self.finish(failure_reason(name, error), error.message)
        finally:
            await self._swap.tags.close()

    async def finish(self, reason: str, message: str) -> Operation:
        """Bring a swap that was cut short to a good end, whichever way that is."""
        for wait in (*PATIENCE_S, None):
            try:
                return await self._finish_once(reason, message)
            except StoreError:
                raise
            except DockmonError as error:
                last = error
            finally:
                await self._swap.tags.close()
            if wait is not None:
                await self._swap.tools.clock.sleep(wait)
        return self._leave_open(last, reason, message)

    def _leave_open(self, last: DockmonError, reason: str, message: str) -> Operation:
        """Patience is over: what is left is for `update recover`."""
        if self._recorder.operation.phase == "committed":
            said = f"it runs, and what was before it is not cleaned up yet: {last.message}"
            return self._recorder.result("updated", None, said, close=False)
        result: Result = "interrupted" if isinstance(last, HostError) else "rollback_failed"
        return self._recorder.result(result, reason, f"{message.partition(THEN)[0]}{THEN}{last.message}", close=False)

    async def _do(self, name: str) -> None:
        await self._recorder.step(name, partial(STEPS[name], self._swap))

    async def _finish_once(self, reason: str, message: str) -> Operation:
        decision = recover(self._recorder.operation, self._plan, await self.look())
        name = ""
        try:
            for name in decision.steps:
                await self._do(name)
        except StoreError:
            raise
        except DockmonError as error:
            goes_on = decision.outcome == "new" and await self._note_failure(error)
            if not goes_on:
                raise
            return await self._finish_once(failure_reason(name, error), error.message)
        return self._close(decision, reason, message)

    async def _note_failure(self, error: DockmonError) -> bool:
        """Turn back for good, with evidence, where something is known against the new one; return whether it is."""
        if self._recorder.operation.phase != "forward":
            return False
        if not is_silence(error):
            self._recorder.phase("back")
        await self._keep_evidence()
        return not is_silence(error)

    async def _give_up(self, error: StoreError) -> StoreError:
        """The journal can't be written: bring the container back all the same, and return what to raise."""
        self._recorder.write_if_possible()
        ended = await self.finish(INTERRUPTED, error.message)
        target = f"{self._plan.host}/{self._plan.name}"
        said = "is half way: `dockmon update recover` goes on with it"
        if ended.phase == "closed":
            said = "is updated" if ended.result == "updated" else "is as it was"
        return StoreError(f"{error.message}; {target} {said}", error.hint, host=self._plan.host, target=target)

    def _close(self, decision: Recovery, reason: str, message: str) -> Operation:
        said = "; ".join(part for part in (message, decision.message) if part)
        if decision.outcome == "stuck":
            return self._recorder.result("rollback_failed", reason, said, close=False)
        if decision.outcome == "new":
            return self._recorder.result("updated", None, decision.message)
        return self._recorder.result(self._result_of_going_back(reason), reason, said)

    def _result_of_going_back(self, reason: str) -> Result:
        if reason == BUSY:
            return "skipped"
        was_down = was_touched(self._recorder.operation) or "recreate_old" in begun(self._recorder.operation)
        return "rolled_back" if was_down and reason in ROLLED_BACK else "failed"

    async def look(self) -> Seen:
        """See what is there of the swap now."""
        find, plan, facts = self._swap.find, self._plan, self._recorder.operation.facts
        named, old = await find(plan.name), await find(plan.old_id)
        new = await find(facts["new_id"]) if facts.get("new_id") else None
        if named and self._is_unrecorded(named):
            new = named
            self._recorder.fact(new_id=named["Id"])
        lock = await find(plan.lock_name)
        known = {c["Id"] for c in (old, new) if c}
        stranger = named if named and named["Id"] not in known else None
        tag, own = await self._swap.tags.image_id(plan.image) or None, self._own(lock)
        return Seen(
            _seen(old), _seen(new), _seen(own), _seen(stranger), tag, is_others=lock is not None and own is None
        )

    def _is_unrecorded(self, named: Document) -> bool:
        """Killed between a create and the record of its ID: ours if it runs the image that was to be created."""
        steps, facts = begun(self._recorder.operation), self._recorder.operation.facts
        if facts.get("new_id") or facts.get("create_refused") or named["Id"] == self._plan.old_id:
            return False
        image = named["Image"]
        created = "create" in steps and image == self._plan.new_image_id
        return created or ("recreate_old" in steps and image == self._plan.old_image_id)

    def _own(self, lock: Document | None) -> Document | None:
        labels = (lock["Config"].get("Labels") or {}) if lock else {}
        return lock if labels.get(OP_LABEL) == self._recorder.operation.op else None

    async def _keep_evidence(self) -> None:
        """Before the new one is removed: its last words and how it ended. Failing to get them stops nothing."""
        new_id = self._recorder.operation.facts.get("new_id")
        if not new_id:
            return
        try:
            state = (await self._swap.engine.inspect(new_id))["State"]
            log = await self._swap.engine.logs(new_id, tail=LOG_LINES)
        except (HostError, EngineError):
            return
        self._recorder.note(log=log + _health_log(state), exit_code=state.get("ExitCode"))


def _seen(container: Document | None) -> SeenContainer | None:
    if container is None:
        return None
    name = str(container["Name"]).removeprefix("/")
    policy = (container["HostConfig"].get("RestartPolicy") or {}).get("Name") or "no"
    who = identity(name, container["Config"].get("Labels") or {})
    return SeenContainer(container["Id"], name, container["State"]["Status"], policy, who)


def _health_log(state: Document) -> str:
    """What the health check printed, below the container's own lines."""
    probes = (state.get("Health") or {}).get("Log") or []
    return "".join(f"\nhealth check, exit {p.get('ExitCode')}: {str(p.get('Output', '')).strip()}" for p in probes)
