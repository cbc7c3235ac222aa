"""Asking an engine about itself; a proxy before it may keep some of that back, and the rest still works."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Literal

from dockmon_cli.adapters.engine.calls import Calls
from dockmon_cli.adapters.engine.facts import to_engine_info
from dockmon_cli.adapters.engine.shapes import IMAGE, INFO
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.errors import EngineError

# Renaming to its own name what does not exist: the engine says "no such container", a read-only proxy "forbidden".
_PROBE = "dockmon-access-probe"


async def ask_info(calls: Calls, version: Document) -> EngineInfo:
    """Given what `GET /version` said, ask for the rest. Raise HostError, or EngineError where it answers with one."""
    info, access = await asyncio.gather(_system_info(calls), _access(calls))
    images = await _images_if_shown(calls) if info is None else []
    return to_engine_info(version, info or {}, calls.client.api_version, access, images)


async def _system_info(calls: Calls) -> Document | None:
    try:
        return calls.held(await calls.get("/info"), INFO)
    except EngineError as error:
        if error.status in (403, 405):
            return None
        raise


async def _images_if_shown(calls: Calls) -> list[Document]:
    try:
        return calls.held_list(await calls.get("/images/json"), IMAGE)
    except EngineError:
        return []


async def _access(calls: Calls) -> Literal["full", "read_only"]:
    work = partial(calls.client.change, "POST", "/containers/{}/rename", _PROBE, params={"name": _PROBE})
    try:
        await calls.read(work, calls.timeout_s)
    except EngineError as error:
        return "read_only" if error.status in (401, 403, 405) else "full"
    return "full"
