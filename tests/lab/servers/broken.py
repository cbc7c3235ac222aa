"""A TCP server that breaks off in one of several ways, whatever it is told."""

import random
import socket
import struct
import time
from collections.abc import Callable
from functools import partial
from threading import Event, Thread
from typing import Self

Misbehaviour = Callable[[socket.socket, Event], None]


class BrokenServer:
    """Accepts every connection and lets MISBEHAVE have it: called with the connection and the server's end."""

    def __init__(self, address: str, misbehave: Misbehaviour) -> None:
        """Bind to a free port of ADDRESS."""
        self._listener = socket.create_server((address, 0))
        # Closing a socket does not wake a thread that waits in accept.
        self._listener.settimeout(0.02)
        self._misbehave = misbehave
        self._closed = Event()
        self._threads: list[Thread] = []
        self.connections = 0
        self.host = f"{address}:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        """Accept connections."""
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        """Accept no more, and let go of every connection."""
        self._closed.set()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            self.connections += 1
            self._start(partial(self._serve, connection))

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                self._misbehave(connection, self._closed)
            except OSError:
                # The other side went away first: nothing is left to be broken.
                return

    def _start(self, work: Callable[[], None]) -> None:
        thread = Thread(target=work, daemon=True, name="BrokenServer")
        self._threads.append(thread)
        thread.start()


def garbage(connection: socket.socket, _: Event) -> None:
    """Answer with bytes that mean nothing and close."""
    connection.recv(4096)
    connection.sendall(random.Random(1).randbytes(512))


def half_answer(connection: socket.socket, _: Event) -> None:
    """Begin a good answer and close half way through its body."""
    connection.recv(4096)
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nApi-Version: 1.45\r\nContent-Length: 1000\r\n\r\n"
    connection.sendall(head.encode() + b'{"ApiVersion": "1.')


def reset(connection: socket.socket, _: Event) -> None:
    """Reset the connection as soon as something is asked."""
    connection.recv(4096)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silence(_: socket.socket, closed: Event) -> None:
    """Accept and never answer."""
    closed.wait()


def drip(connection: socket.socket, closed: Event) -> None:
    """Send an answer that never ends, a byte each 0.2 s: no single read ever takes long."""
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Slow: ")
    while not closed.is_set():
        connection.sendall(b"z")
        time.sleep(0.2)
