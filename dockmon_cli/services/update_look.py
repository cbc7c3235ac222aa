"""Look at every container that is meant: its answer, its policy, and what only the decision to swap it needs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Generic, Protocol, TypeVar

from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.container_settings import UpdateSettings
from dockmon_cli.core.containers import Container
from dockmon_cli.core.detect import unknown
from dockmon_cli.core.errors import DockmonError, EngineError, HostError, NoSuchObject, NotFound, RegistryError
from dockmon_cli.core.operation import Purpose
from dockmon_cli.core.own_container import is_own
from dockmon_cli.core.policy import Word, is_in, subject_of
from dockmon_cli.core.update_plan import Candidate
from dockmon_cli.ports.engine import Engine
from dockmon_cli.services.changes import change_for
from dockmon_cli.services.checked import Checked
from dockmon_cli.services.fleet import as_failure
from dockmon_cli.services.update_check import Checker
from dockmon_cli.services.update_gather import HostView, Scope, UpdateTools
from dockmon_cli.services.update_ties import placed_by_compose, with_ties

T = TypeVar("T")
Stored = Mapping[tuple[str, str], CheckAnswer] | None


@dataclass(frozen=True, slots=True)
class Looked:
    """One container with its policy, its settings and what was found out about it.

    `last` is the good answer from before, `purpose` what it was looked at for.
    """

    checked: Checked
    policy: Word
    named: bool
    settings: UpdateSettings
    last: CheckAnswer | None = None
    purpose: Purpose = "update"


class Look(Protocol):
    """A way of finding out what each selected container would move to; `look` is that of updates."""

    async def __call__(
        self, tools: UpdateTools, checker: Checker, found: Scope, *, stored: Stored = None
    ) -> tuple[list[Looked], list[DockmonError]]: ...


async def look(
    tools: UpdateTools, checker: Checker, found: Scope, *, stored: Stored = None
) -> tuple[list[Looked], list[DockmonError]]:
    """Check every selected container; return those meant, and the errors of those that nothing could be told about.

    With `stored` answers a registry is asked only where there is none.
    """
    before = cache(tools.checks.answers)  # read only if there is an answer that it has to stand in for

    async def one(container: Container) -> Looked:
        view, named = found.views[container.host_id], container.key in found.selection.named
        policy, settings = tools.policies.verdict_on(container).verdict, tools.settings.of(container)
        if policy == "ignore" and not named:
            return Looked(checker.leave(view.engine, view.info, container), policy, named, settings)
        known = (stored or {}).get((container.host_id, container.identity))
        checked = await checker.check(view.engine, view.info, container, settings.tracking, known)
        last = before().get((container.host_id, container.identity)) if checked.answer.state == "unknown" else None
        return Looked(checked, policy, named, settings, last)

    try:
        looked, errors = await each_chosen(found, one)
    finally:
        checker.keep()
    meant = [entry for entry in looked if found.wants(entry.checked.container, entry.checked.answer.state)]
    untold = [unknown_error(e) for e in looked if e.checked.answer.state == "unknown" and e not in meant]
    return meant, [*errors, *untold]


def unknown_error(entry: Looked) -> RegistryError:
    """Why nobody could tell; a registry that limits its rate is one error for all that wait for it."""
    answer, container = entry.checked.answer, entry.checked.container
    error = RegistryError(answer.reason or "unsupported", answer.message, answer.hint)
    if answer.reason == "rate_limited" and entry.checked.reference:
        error.target = entry.checked.reference.registry
        error.message = error.message.removeprefix(f"{error.target}: ")
    else:
        error.host, error.target = container.host, container.target
    return error


async def each_chosen(found: Scope, one: Callable[[Container], Awaitable[T]]) -> tuple[list[T], list[DockmonError]]:
    """Do something for each selected container; return what came of it, and the errors of those that failed."""
    return await _each(found, [(container, partial(one, container)) for container in found.selection.chosen])


async def _each(
    found: Scope, work: Sequence[tuple[Container, Callable[[], Awaitable[T]]]]
) -> tuple[list[T], list[DockmonError]]:
    """Do something for each container; a host that stops answering under way is one error, not one a container."""

    async def one(container: Container, begin: Callable[[], Awaitable[T]]) -> _Value[T] | DockmonError | None:
        view = found.views[container.host_id]
        try:
            return _Value(await begin())
        except NoSuchObject:
            return _gone(container) if container.key in found.selection.named else None
        except HostError as error:
            view.lost = view.lost or as_failure(view.engine.host, error)
            return view.lost
        except EngineError as error:
            error.host, error.target = container.host, container.target
            return error

    tried = await asyncio.gather(*(one(container, begin) for container, begin in work))
    values = [entry.value for entry in tried if isinstance(entry, _Value)]
    return values, list(dict.fromkeys(entry for entry in tried if isinstance(entry, DockmonError)))


@dataclass(frozen=True, slots=True)
class _Value(Generic[T]):
    value: T


def _gone(container: Container) -> NotFound:
    message = f"{container.target} went away while it was looked at"
    return NotFound(message, "`dockmon ps -a` lists all containers", host=container.host, target=container.target)


async def candidates(
    tools: UpdateTools, checker: Checker, found: Scope, looked: Sequence[Looked]
) -> tuple[list[Candidate], list[DockmonError]]:
    """Add the whole document of each container, and to one that has an update what only its swap needs."""
    return await _each(
        found, [(entry.checked.container, partial(_candidate, tools, checker, found, entry)) for entry in looked]
    )


async def _candidate(tools: UpdateTools, checker: Checker, found: Scope, entry: Looked) -> Candidate:
    checked, container = entry.checked, entry.checked.container
    candidate = Candidate(
        container=container,
        inspect=await checked.engine.inspect(container.id),
        info=checked.info,
        answer=checked.answer,
        verdict=entry.policy,
        settings=entry.settings,
        named=entry.named,
        takes_stopped=entry.named or found.takes_stopped,
        last=entry.last,
        reference=checked.reference,
        served=checked.served,
        is_untold=checked.is_untold,
        ended_well=tools.checks.ended_well(container.host_id, container.identity),
        twins=_twins(found.views[container.host_id], container),
        is_own=is_own(container.id, tools.own_ids),
        known_as=checked.running.known_as if checked.running else (),
        purpose=entry.purpose,
        hooks=tools.hooks,
        is_database=is_in("databases", subject_of(container), tools.policies.patterns),
    )
    return await _with_details(tools, checker, found, candidate, checked) if candidate.has_update else candidate


def _twins(view: HostView, container: Container) -> tuple[str, ...]:
    """`docker compose up` that stumbles leaves a container of its own, called `ID_NAME`."""
    same = (row for row in view.containers if row.identity == container.identity and row.id != container.id)
    return tuple(sorted(row.name for row in same if not row.is_temporary))


async def _with_details(
    tools: UpdateTools, checker: Checker, found: Scope, candidate: Candidate, checked: Checked
) -> Candidate:
    view = found.views[candidate.container.host_id]
    try:
        old_settings = await checker.old_settings(checked)
    except RegistryError as error:
        return replace(candidate, answer=unknown(error, checked.answer.current))
    candidate = replace(
        candidate,
        old_image_config=old_settings,
        placed_files=await placed_by_compose(view.engine, candidate.inspect),
        size_rw=await view.engine.size_rw(candidate.container.id),
        change=change_for(tools.compose_files, candidate.inspect, checked.answer, is_local_host=_is_here(view.engine)),
    )
    return await with_ties(tools, view, candidate)


def _is_here(engine: Engine) -> bool:
    return engine.host.scheme == "unix"
