"""A small HTTP server whose every byte a test decides."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it arrived; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str]

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def authorization(self) -> str:
        return self.headers.get("authorization", "")


@dataclass(frozen=True)
class Reply:
    """A response. `cut_after` that many bytes of the body the connection closes; `drip_s` lies between two bytes."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    drip_s: float = 0.0
    more: tuple[tuple[str, str], ...] = ()


class Hang(Exception):
    """Raised by a handler that wants to say nothing at all."""


class Cut(Exception):
    """Raised by a handler that wants the connection closed without an answer."""


Handler = Callable[[Asked], Reply | Awaitable[Reply]]


class Server:
    """Serves on a loopback address while it is entered; `asked` are the requests so far, in order."""

    def __init__(self, handler: Handler, tls: ssl.SSLContext | None = None):
        self.handler = handler
        self.asked: list[Asked] = []
        self.host = ""
        self.connections = 0
        self.most_at_once = 0
        self._at_once = 0
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def lines(self) -> list[str]:
        return [asked.line for asked in self.asked]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.host = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, Cut, asyncio.CancelledError):
            while True:
                await self._answer(reader, writer)
        self._tasks.discard(task)
        writer.close()
        with suppress(OSError, ssl.SSLError):
            await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await _read(reader)
        self.asked.append(asked)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            found = self.handler(asked)
            reply = found if isinstance(found, Reply) else await found
            await _write(writer, reply, head_only=asked.method == "HEAD")
        except Hang:
            await asyncio.sleep(60)
        finally:
            self._at_once -= 1


async def _read(reader: asyncio.StreamReader) -> Asked:
    start = await reader.readexactly(1)
    if not start.isalpha():
        raise Cut  # TLS, where none is spoken
    head = (start + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *rest = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    url = urlsplit(target)
    return Asked(method, url.path, dict(parse_qsl(url.query)), headers, dict(parse_qsl(body.decode())))


async def _write(writer: asyncio.StreamWriter, reply: Reply, *, head_only: bool) -> None:
    headers = {"Content-Length": str(len(reply.body))} | dict(reply.headers)
    lines = [f"{name}: {value}" for name, value in (*headers.items(), *reply.more)]
    writer.write("\r\n".join([f"HTTP/1.1 {reply.status} Whatever", *lines, "", ""]).encode("latin-1"))
    body = b"" if head_only else reply.body[: reply.cut_after]
    if reply.drip_s:
        for byte in body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(reply.drip_s)
    else:
        writer.write(body)
    await writer.drain()
    if reply.cut_after is not None:
        raise Cut
