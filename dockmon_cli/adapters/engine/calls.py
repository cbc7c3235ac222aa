"""The one wrapper around every call to an engine: a thread of the host's own, a deadline, our errors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from dockmon_cli.adapters.engine.client import EngineClient
from dockmon_cli.adapters.engine.crew import Crew
from dockmon_cli.adapters.engine.shapes import Shape, checked, checked_list
from dockmon_cli.adapters.engine.translate import LIBRARY_ERRORS, timed_out, translate, was_never_sent
from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import CutOff, DockmonError, HostError
from dockmon_cli.core.hosts import Host

T = TypeVar("T")
MARGIN_S = 5.0
"""How much longer than our deadline a socket waits: the deadline decides, the socket's limit frees the thread."""
_SEE_THE_HOST = "see that the host is up, and that `ssh` reaches it"
_UNKNOWN = "whether it happened is unknown: look at the container before anything else"


class Calls:
    """Makes the calls to one host; `lookers` are the threads for looks at single things, where they are others."""

    def __init__(
        self, host: Host, client: EngineClient, crew: Crew, timeout_s: float, lookers: Crew | None = None
    ) -> None:
        self.host = host
        self.client = client
        self.timeout_s = timeout_s
        self._crew = crew
        self._lookers = lookers or crew

    async def get(self, path: str, *args: str, deadline_s: float | None = None, **options: Any) -> Any:
        """Read one document. Raise HostError where the host can't be asked, EngineError where it answers with one."""
        limit = deadline_s or self.timeout_s
        work = partial(self.client.get, path, *args, timeout_s=limit + MARGIN_S, **options)
        return await self.read(work, limit)

    async def look(self, path: str, *args: str) -> Any:
        """The same for one of hundreds of documents, each there at once."""
        work = partial(self.client.get, path, *args, timeout_s=self.timeout_s + MARGIN_S)
        return await self.read(work, self.timeout_s, self._lookers)

    def held(self, document: Any, shape: Shape) -> Document:
        """Given what came back, return it. Raise HostError (`broken_answer`) if it is not of this shape."""
        try:
            return checked(document, shape)
        except HostError as error:
            raise self._ours(error) from None

    def held_list(self, answer: Any, shape: Shape) -> list[Document]:
        """The same for a list of documents."""
        try:
            return checked_list(answer, shape)
        except HostError as error:
            raise self._ours(error) from None

    async def read(self, work: Callable[[], T], deadline_s: float, crew: Crew | None = None) -> T:
        """Do `work`, which only reads, in a thread of this host."""
        try:
            return await self._in_time(crew or self._crew, work, deadline_s)
        except TimeoutError as error:
            raise self._ours(timed_out(deadline_s)) from error
        except (*LIBRARY_ERRORS, DockmonError) as error:
            raise self._told(error, deadline_s) from error

    async def change(self, method: str, path: str, *args: str, deadline_s: float, **options: Any) -> bytes:
        """Make a changing request. Raise CutOff where it may have reached the engine and no answer came."""
        return await self.alter(self.request(method, path, *args, deadline_s=deadline_s, **options), deadline_s)

    def request(self, method: str, path: str, *args: str, deadline_s: float, **options: Any) -> Callable[[], bytes]:
        """Return a changing request, ready to be made by `alter`."""
        return partial(self.client.change, method, path, *args, timeout_s=deadline_s + MARGIN_S, **options)

    async def alter(self, work: Callable[[], T], deadline_s: float, *, silence_s: float | None = None) -> T:
        """Do `work`, which changes something, in a thread of this host; one read of it may take `silence_s`."""
        try:
            return await self._in_time(self._crew, work, deadline_s)
        except TimeoutError as error:
            raise CutOff(f"no answer within {deadline_s:g} s", _UNKNOWN, host=self.host.name) from error
        except (*LIBRARY_ERRORS, DockmonError) as error:
            told = self._told(error, silence_s or deadline_s)
            if isinstance(told, HostError) and not was_never_sent(error):
                raise CutOff(told.message, _UNKNOWN, host=self.host.name) from error
            raise told from error

    async def _in_time(self, crew: Crew, work: Callable[[], T], deadline_s: float) -> T:
        """Where one call was lost with its connection, those kept from before would each swallow another one."""
        try:
            return await crew.run(work, deadline_s)
        except TimeoutError:
            self.client.forget_idle()
            raise

    def _told(self, error: Exception, deadline_s: float) -> DockmonError:
        told = translate(error, deadline_s=deadline_s)
        if told.code == "refused" and self.host.scheme == "ssh":  # by ssh itself: it would pass on whatever is beyond
            told = HostError("unreachable", "the SSH connection was lost", _SEE_THE_HOST)
        return self._ours(told)

    def _ours(self, error: DockmonError) -> DockmonError:
        error.host = error.host or self.host.name
        return error
