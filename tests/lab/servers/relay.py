"""A TCP relay that makes a network slow, or cuts it off.

Each chunk is held back for the same time each way, so that many can be under way at once: it delays, and does not
throttle. (A connection is accepted at once: a handshake cannot be held back from here.)
"""

import asyncio
from asyncio import Queue, StreamReader, StreamWriter
from threading import Thread
from typing import Self

CHUNK = 65536


class Relay:
    """Passes on what comes to `host` to TARGET (`host:port`), from `with` to its end."""

    def __init__(self, address: str, target: str, *, delay: float = 0.0, cut_after: int | None = None) -> None:
        """Bind to a free port of ADDRESS. DELAY is in seconds each way.

        With CUT_AFTER, a connection is closed when that many bytes of answers have come by.
        """
        self._address = address
        self._target = target
        self._delay = delay
        self._cut_after = cut_after
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True, name="Relay")
        self._connections: set[asyncio.Task[None]] = set()
        self.connections = 0
        self.host = ""

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.host = f"{self._address}:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening and close every connection."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._accept, self._address, 0)

    async def _close(self) -> None:
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        self.connections += 1
        try:
            await self._connect(reader, writer)
        except (OSError, asyncio.CancelledError):
            # Either side broke off, or the relay ends: both sides are closed in either case.
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _connect(self, reader: StreamReader, writer: StreamWriter) -> None:
        host, _, port = self._target.rpartition(":")
        there, back = await asyncio.open_connection(host, int(port))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass_on(reader, back, None))
                group.create_task(self._pass_on(there, writer, self._cut_after))
        except* OSError:
            pass
        finally:
            back.close()

    async def _pass_on(self, source: StreamReader, target: StreamWriter, cut_after: int | None) -> None:
        queue: Queue[tuple[float, bytes]] = Queue(1024)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._take(source, queue))
            group.create_task(self._give(queue, target, cut_after))

    async def _take(self, source: StreamReader, queue: Queue[tuple[float, bytes]]) -> None:
        chunk = b"-"
        while chunk:
            chunk = await source.read(CHUNK)
            await queue.put((self._loop.time() + self._delay, chunk))

    async def _give(self, queue: Queue[tuple[float, bytes]], target: StreamWriter, left: int | None) -> None:
        while True:
            due, chunk = await queue.get()
            await asyncio.sleep(due - self._loop.time())
            if not chunk:
                target.write_eof()
                return
            target.write(chunk if left is None else chunk[:left])
            await target.drain()
            left = None if left is None else left - len(chunk)
            if left is not None and left <= 0:
                raise ConnectionAbortedError("cut off, as asked")
