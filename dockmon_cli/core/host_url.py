"""The URL of a host: `unix:///path`, `tcp://host[:port]`, `ssh://[user@]host[:port][/path/to.sock]`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from dockmon_cli.core.errors import UsageError

DEFAULT_SOCKET = "/var/run/docker.sock"
PLAIN_PORT = 2375
TLS_PORT = 2376

_HINT = "use unix:///path/to.sock, tcp://host:port or ssh://user@host"
# What may stand in a command line of ssh: never a leading dash, never a space or a quote.
_WORD = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.:%-]*\Z")


@dataclass(frozen=True, slots=True)
class HostUrl:
    """The parts of a host's URL. `path` is the socket's (unix, ssh); `port` is None where none was given."""

    scheme: str
    host: str = ""
    port: int | None = None
    user: str | None = None
    path: str = ""

    def tcp_port(self, *, tls: bool) -> int:
        """The port to connect to: the given one, else Docker's own for plain or for TLS."""
        return self.port or (TLS_PORT if tls else PLAIN_PORT)


def parse_host_url(url: str) -> HostUrl:
    """Given a host's URL, return its parts. Raise UsageError, saying what is wrong with it, if it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"the URL has no meaning: {error}", _HINT) from error
    scheme = parts.scheme
    if scheme not in _PARSERS:
        raise UsageError(_unknown_scheme(scheme), _HINT)
    if parts.password is not None:
        raise UsageError("a password in the URL is refused: it would be stored and shown", "use --ssh-key FILE")
    if parts.query or parts.fragment:
        raise UsageError(f"a {scheme} URL has no '?' or '#'", _HINT)
    return _PARSERS[scheme](parts, port)


def _unknown_scheme(scheme: str) -> str:
    if scheme in ("http", "https"):
        return f"'{scheme}' is no scheme for an engine: it is tcp://, with --tls-dir where it speaks TLS"
    return f"unknown scheme '{scheme}'" if scheme else "the URL has no scheme"


def _unix(parts: SplitResult, _port: int | None) -> HostUrl:
    if parts.netloc or not parts.path.startswith("/") or parts.path.endswith("/"):
        raise UsageError("a unix URL takes the absolute path of a socket", "write three slashes: unix:///path/to.sock")
    return HostUrl("unix", path=parts.path)


def _tcp(parts: SplitResult, port: int | None) -> HostUrl:
    if parts.path.strip("/") or parts.username is not None:
        raise UsageError("a tcp URL is host and port alone", "use tcp://host:port")
    return HostUrl("tcp", host=_word(parts.hostname, "host"), port=_port_in_range(port))


def _ssh(parts: SplitResult, port: int | None) -> HostUrl:
    user = None if parts.username is None else _word(parts.username, "user")
    # An ssh_config alias may hold capitals, which urlsplit's `hostname` would lower.
    host = re.sub(r":\d+\Z", "", parts.netloc.rpartition("@")[2]).strip("[]")
    path = parts.path if parts.path not in ("", "/") else DEFAULT_SOCKET
    return HostUrl("ssh", _word(host, "host"), _port_in_range(port), user, path)


def _word(text: str | None, what: str) -> str:
    if not text:
        raise UsageError(f"the URL names no {what}", _HINT)
    if not _WORD.match(text):
        raise UsageError(f"the URL's {what} holds characters that no {what} has", _HINT)
    return text


def _port_in_range(port: int | None) -> int | None:
    if port == 0:
        raise UsageError("port 0 is no port", _HINT)
    return port


_PARSERS = {"unix": _unix, "tcp": _tcp, "ssh": _ssh}
