"""The sockets that one call uses, so that another thread can cut the call off.

A thread that waits in a socket can't be cancelled, and the library's time-outs hold for each read alone. What
always works is to shut the socket under it. The library does not hand out its sockets, so the connection classes
in `transport` report each one here; a duplicate is kept, as TLS takes the first file descriptor over.
"""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress


class Line:
    """The connections of one call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._duplicates: list[socket.socket] = []
        self._is_cut = False

    @property
    def is_cut(self) -> bool:
        """True once `cut` was called."""
        return self._is_cut

    def hold(self, used: socket.socket) -> None:
        """Take note of a connection in use; it is shut at once if the call is cut off already."""
        duplicate = socket.socket(fileno=os.dup(used.fileno()))
        with self._lock:
            self._duplicates.append(duplicate)
            if self._is_cut:
                _shut(duplicate)

    def cut(self) -> None:
        """Shut every connection in use, from any thread; whoever reads from one sees its end."""
        with self._lock:
            self._is_cut = True
            for duplicate in self._duplicates:
                _shut(duplicate)

    def release(self) -> None:
        """Let go of the duplicates; the connections themselves stay as they are."""
        with self._lock:
            for duplicate in self._duplicates:
                duplicate.close()
            self._duplicates.clear()


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


_current = threading.local()


def use_line(line: Line | None) -> None:
    """Make `line` the one that this thread's connections report to."""
    _current.line = line


def report(used: socket.socket | None) -> None:
    """Tell this thread's current line, if there is one, which socket is in use."""
    line: Line | None = getattr(_current, "line", None)
    if line is not None and used is not None:
        line.hold(used)
