"""Finding the files that compose put into a container: every suspect is looked at, many at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from dockmon_cli.core.errors import HostError, NoSuchObject
from dockmon_cli.core.placed_files import FileContent, FileInfo
from dockmon_cli.services.update_ties import placed_by_compose
from tests.fakes.engine import NOW, FakeEngine

SECRET = FileContent("/run/secrets/a", 0o444, 0, 0, NOW, b"sesame")
PATHS = tuple(f"/run/secrets/{name}" for name in "abc")


class SlowEngine(FakeEngine):
    """Answers a look at a file only when `together` of them are under way; counts those that nobody waited for."""

    def __init__(self, together: int) -> None:
        super().__init__()
        self.left = 0
        self._together = asyncio.Barrier(together)

    async def file_info(self, container: str, path: str) -> FileInfo:
        info = await super().file_info(container, path)
        try:
            await self._together.wait()
        except asyncio.CancelledError:
            self.left += 1
            raise
        return info


def found(engine: FakeEngine) -> tuple[str, ...]:
    """Put the secrets into a container of compose and look for them."""
    made = engine.add_container("web", "web:1", Labels={"com.docker.compose.project": "shop"})
    engine.files[made] = {path: replace(SECRET, path=path) for path in PATHS}

    async def look() -> tuple[str, ...]:
        async with asyncio.timeout(20):
            try:
                return await placed_by_compose(engine, engine.documents[made])
            finally:
                await asyncio.sleep(0)

    return asyncio.run(look())


def test_all_are_looked_at_at_once() -> None:
    assert found(SlowEngine(len(PATHS))) == PATHS


def test_one_that_goes_away_meanwhile_is_none_of_them() -> None:
    engine = SlowEngine(len(PATHS) - 1)
    engine.fail_on("file_info", NoSuchObject("Could not find the file", status=404), argument=PATHS[1])
    assert found(engine) == (PATHS[0], PATHS[2])


def test_where_the_host_is_lost_no_look_is_left_under_way() -> None:
    engine = SlowEngine(len(PATHS))
    engine.fail_on("file_info", HostError("timeout", "timed out"), argument=PATHS[2])
    with pytest.raises(HostError):
        found(engine)
    assert engine.left == len(PATHS) - 1
