"""An HTTP server in a thread that records what it is asked; the others build on it."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import MSG_PEEK
from threading import Lock, Thread
from typing import Any, Self

import httpx

# What belongs to one connection and is not passed on.
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "host", "date", "server", "content-length"}

TLS_HANDSHAKE = b"\x16"


@dataclass(frozen=True)
class Asked:
    """One request, and the status it was answered with. The names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    status: int


@dataclass(frozen=True)
class Question:
    """One request as a server's `answer` sees it. The names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What to send back."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class HttpServer:
    """A server on ADDRESS, at a port of its own choice, from `with` or `start` to `close`."""

    def __init__(self, address: str) -> None:
        """Bind to a free port of ADDRESS."""
        owner = self

        class Handler(_Handler):
            server_of = owner

        self._server = _Server((address, 0), Handler)
        self._lock = Lock()
        self._requests: list[Asked] = []
        self.host = f"{address}:{self._server.server_port}"

    def __enter__(self) -> Self:
        """Serve."""
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True, name=type(self).__name__).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def requests(self) -> list[Asked]:
        """What was asked so far, in the order of the answers."""
        with self._lock:
            return list(self._requests)

    def clear_requests(self) -> None:
        """Forget what was asked so far."""
        with self._lock:
            self._requests.clear()

    def answer(self, question: Question) -> Answer:
        """Return the answer to one question; called from many threads."""
        raise NotImplementedError

    def respond(self, question: Question) -> Answer:
        """Answer and put it on record, before the asker sees the answer: a test may look at once."""
        answer = self.answer(question)
        with self._lock:
            self._requests.append(Asked(question.method, question.path, question.headers, answer.status))
        return answer


class RegistryFront(HttpServer):
    """A server in front of a real registry; subclasses decide what is passed on."""

    def __init__(self, address: str, registry: str) -> None:
        """Bind to ADDRESS, in front of REGISTRY (`host:port`)."""
        super().__init__(address)
        self._http = httpx.Client(base_url=f"http://{registry}", trust_env=False)

    def __exit__(self, *args: object) -> None:
        """Stop serving and close the way to the registry."""
        super().__exit__(*args)
        self._http.close()

    def forward(self, question: Question) -> Answer:
        """Return the registry's own answer."""
        # As it is, without unpacking: blobs are compressed and have to arrive unchanged.
        dropped = {*HOP_BY_HOP, "authorization"}
        kept = {key: value for key, value in question.headers.items() if key not in dropped}
        kept["accept-encoding"] = "identity"
        found = self._http.request(question.method, question.path, headers=kept, content=question.body)
        headers = {key: value for key, value in found.headers.items() if key.lower() not in HOP_BY_HOP}
        if question.method == "HEAD":
            headers["Content-Length"] = found.headers.get("Content-Length", "0")
        return Answer(found.status_code, found.content, headers)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing about clients that hang up: some of the tests are about just that."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of: HttpServer

    def handle(self) -> None:
        """Serve one connection, or tell who tries TLS that this is plain HTTP, as a registry does.

        Engines ask an insecure registry over TLS first, and wait for exactly this to try again without.
        """
        if self.connection.recv(1, MSG_PEEK) == TLS_HANDSHAKE:
            self.wfile.write(b"HTTP/1.0 400 Bad Request\r\n\r\nThis server speaks no TLS.\n")
        else:
            super().handle()

    def log_message(self, *_: Any) -> None:
        """Write nothing to the terminal."""

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        # Docker asks for each kind of manifest in a header of its own, in any order: all of them count.
        headers = {key.lower(): ", ".join(self.headers.get_all(key, ())) for key in self.headers}
        question = Question(self.command, self.path, headers, body)
        answer = self.server_of.respond(question)
        self.send_response(answer.status)
        for key, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = _handle  # noqa: N815 - http.server's names
