"""Leases as flock on one file for each name, under the state folder.

The kernel frees a lock when its holder dies, however it dies. Files stay: removing a lock file that somebody else
is about to lock would give them a lock on nothing.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import hashlib
import os
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from dockmon_cli.adapters.private_files import private_file, private_folder
from dockmon_cli.core.errors import StoreError

POLL_S = 0.05


class FileLeases:
    """Implements `ports.lock.Leases` with files in `folder`, which is made when the first lease is taken."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def try_hold(self, name: str) -> Iterator[bool]:
        """Take the lease if it is free. The block gets True if it was taken, False if somebody holds it."""
        handle = self._take(name)
        try:
            yield handle is not None
        finally:
            if handle is not None:
                os.close(handle)

    @asynccontextmanager
    async def hold(self, name: str, *, deadline_s: float) -> AsyncIterator[bool]:
        """Wait up to `deadline_s` seconds for the lease. The block gets True if it was taken, else False."""
        give_up_at = time.monotonic() + deadline_s
        while True:
            with self.try_hold(name) as held:
                if held or time.monotonic() >= give_up_at:
                    yield held
                    return
            await asyncio.sleep(POLL_S)

    def _take(self, name: str) -> int | None:
        path = self._folder / file_name(name)
        try:
            private_folder(self._folder)
            private_file(path)
            # Python opens files close-on-exec: no helper process inherits a lease and outlives its holder with it.
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError as error:
            raise _failed(path, error) from error
        return handle if _lock(handle, path) else None


def file_name(name: str) -> str:
    """Given a lease's name, return its file's: readable as far as a file name may be, and of this name only."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "_", name)[:80]
    return f"{readable}-{hashlib.sha256(name.encode(errors='surrogatepass')).hexdigest()[:16]}.lock"


def _lock(handle: int, path: Path) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise _failed(path, error) from error
    return True


def _failed(path: Path, error: OSError) -> StoreError:
    reason = (error.strerror or str(error)).lower()
    return StoreError(
        f"the lock file {path} can't be used: {reason}",
        f"check who owns {path.parent} and its mode, and that the disk is neither full nor read-only; "
        "without it two commands could change one container at once",
    )
