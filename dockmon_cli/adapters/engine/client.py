"""The docker SDK's low-level client, sending and receiving documents as they are.

The SDK's own methods build and rename fields; dockmon passes what an engine wrote back to it unchanged, so it
uses the SDK's headers and connections and no method above them. Calls block: they are made by a `Crew`.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

import requests
from docker.api.client import APIClient
from docker.constants import DEFAULT_USER_AGENT
from requests import PreparedRequest, Response

from dockmon_cli.adapters.engine.answers import answer_error, parse_json, read_body
from dockmon_cli.adapters.engine.transport import EngineTransport
from dockmon_cli.core.documents import Document

OLDEST_API = "1.24"
NEWEST_API = "1.51"
"""What Docker 28.5 speaks; a newer engine is asked to speak this one."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where an engine listens: `socket_path`, or `base_url` (http or https) with what TLS needs."""

    base_url: str = "http://localhost"
    socket_path: str | None = None
    verify: str | bool = True
    cert: tuple[str, str] | None = None


class EngineClient(APIClient):
    """One engine's HTTP API."""

    def __init__(self, address: Address, timeout_s: float) -> None:
        # Not APIClient's own: that one reads the user's registry logins, and fails where that file is broken.
        requests.Session.__init__(self)
        self.headers["User-Agent"] = DEFAULT_USER_AGENT
        self.base_url = address.base_url
        self.timeout_s = timeout_s
        self.verify = address.verify
        self.cert = address.cert
        # Proxies, netrc logins and CA bundles of the environment are meant for the web, not for engines.
        self.trust_env = False
        self._version = OLDEST_API
        transport = EngineTransport(address.socket_path)
        self.mount("http://", transport)
        self.mount("https://", transport)
        # Past what the session does for a request: it looks for cookies, logins and redirects, and engines have none.
        self._deliver = partial(transport.send, stream=True, verify=address.verify, cert=address.cert)

    def speak(self, api_version: str) -> None:
        """Use this version of the API from now on."""
        self._version = api_version

    def forget_idle(self) -> None:
        """Ask over new connections from now on; those in use are closed when they are done."""
        self.close()  # of a session: it opens new ones as they are needed

    @property
    def api_version(self) -> str:
        """The version of the API in use."""
        return self._version

    def get(self, path: str, *args: str, **options: Any) -> Any:  # type: ignore[override]
        """GET `path` (each `{}` filled from `args`, quoted) and return the JSON. Raise EngineError and its children."""
        return parse_json(self._whole("GET", path, args, options))

    def change(self, method: str, path: str, *args: str, **options: Any) -> bytes:
        """Make a changing request; return the body, which is JSON, empty, or in Podman's case sometimes `OK`."""
        return self._whole(method, path, args, options)

    def raw(self, path: str, *args: str, limit: int, **options: Any) -> bytes:
        """GET `path` and return at most `limit` bytes of the body."""
        with closing(self._send("GET", path, args, options)) as response:
            return read_body(response, limit)

    def to_the_end(self, method: str, path: str, *args: str, into: bytearray, keep: int, **options: Any) -> None:
        """Make a request and wait for the end of the body, whose first `keep` bytes are put `into` it as they come."""
        with closing(self._send(method, path, args, options)) as response:
            # `iter_content` would wait for a whole part, and a command may say little.
            while part := response.raw.read1(4096):
                into += part[: keep - len(into)]

    def documents(self, method: str, path: str, *args: str, **options: Any) -> Generator[Document, None, None]:
        """Make a request whose answer is one JSON document a line; yield each as it comes."""
        with closing(self._send(method, path, args, options)) as response:
            for line in response.iter_lines(chunk_size=4096):
                if line.strip():
                    yield parse_json(line)

    def head_of(self, path: str, *args: str, **options: Any) -> Mapping[str, str]:
        """HEAD `path` and return the answer's headers."""
        with closing(self._send("HEAD", path, args, options)) as response:
            return response.headers

    def headers_of(self, path: str, **options: Any) -> Mapping[str, str]:
        """GET `path` without its API version and return the answer's headers."""
        with closing(self._send("GET", path, (), {"versioned": False, **options})) as response:
            return response.headers

    def _address(self, path: str, args: tuple[str, ...], *, versioned: bool) -> str:
        filled = path.format(*(quote(arg, safe="/:") for arg in args))
        return f"{self.base_url}/v{self._version}{filled}" if versioned else f"{self.base_url}{filled}"

    def _whole(self, method: str, path: str, args: tuple[str, ...], options: dict[str, Any]) -> bytes:
        with closing(self._send(method, path, args, options)) as response:
            return read_body(response)

    def _send(self, method: str, path: str, args: tuple[str, ...], options: dict[str, Any]) -> Response:
        body = options.get("body")
        request = PreparedRequest()
        request.prepare_method(method)
        request.prepare_url(self._address(path, args, versioned=options.get("versioned", True)), options.get("params"))
        request.prepare_headers({**self.headers, "Content-Type": "application/json", **options.get("headers", {})})
        request.prepare_body(body if body is None or isinstance(body, bytes) else json.dumps(body), None)
        response = self._deliver(request, timeout=options.get("timeout_s", self.timeout_s))
        if response.status_code >= 300 and response.status_code != 304:
            with closing(response):
                raise answer_error(response.status_code, read_body(response), path)
        return response
