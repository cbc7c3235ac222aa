"""The one place where errors of libraries become errors of ours.

urllib3 wraps what the socket said, requests wraps urllib3, and the docker SDK wraps requests; the truth lies
innermost. So an error is unwrapped into the chain of what caused it, and the first rule that knows one of them
names the reason.
"""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from collections.abc import Callable, Iterator

import docker.errors
import requests.exceptions
import urllib3.exceptions

from dockmon_cli.adapters.engine.answers import answer_error, not_an_engine
from dockmon_cli.adapters.engine.tls_reasons import certificate_reason, tls_reason
from dockmon_cli.core.errors import DockmonError, HostError

LIBRARY_ERRORS = (
    docker.errors.DockerException,
    requests.exceptions.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,  # sockets, name look-ups, time-outs and ssl
    ValueError,  # an address that no URL can hold; text that is no text
)
"""Everything that a call of the client can raise, apart from our own."""

_TRY_AGAIN = "try again; if it stays so, look at the engine's log"


def translate(error: Exception, *, deadline_s: float = 0.0) -> DockmonError:
    """Given what a library raised, return the error of ours that tells the same, with the next step.

    `deadline_s` is the limit that a time-out names.
    """
    for cause in causes(error):
        for kind, explain in _RULES:
            if isinstance(cause, kind) and (told := explain(cause, deadline_s)) is not None:
                return told
    return HostError("unreachable", f"the connection failed: {error}", _TRY_AGAIN)


def was_never_sent(error: Exception) -> bool:
    """True if the connection could not even be made, so that the request can't have reached the engine."""
    unsent = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError, ConnectionRefusedError,
              FileNotFoundError, PermissionError, ssl.SSLCertVerificationError, socket.gaierror)  # fmt: skip
    return any(isinstance(cause, unsent) for cause in causes(error))


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield what lies inside an error, innermost first, each once."""
    seen: list[BaseException] = []
    open_ones: list[BaseException] = [error]
    while open_ones:
        current = open_ones.pop(0)
        if current in seen:
            continue
        seen.append(current)
        inner = (current.__cause__, current.__context__, getattr(current, "reason", None), *current.args)
        open_ones += [each for each in inner if isinstance(each, BaseException)]
    return reversed(seen)


def timed_out(deadline_s: float) -> HostError:
    """Return the error for a host that gave no answer within its limit."""
    limit = f" after {deadline_s:g} s" if deadline_s else ""
    return HostError("timeout", f"timed out{limit}", "see that the host is up, or allow more with --timeout")


def tls_expected() -> HostError:
    """Return the error for an engine that speaks TLS and was asked in plain text."""
    return HostError("tls_expected", "the engine speaks TLS and was asked without", "give its files with --tls-dir DIR")


def _api_error(error: BaseException, _deadline_s: float) -> DockmonError | None:
    response = getattr(error, "response", None)
    if response is None:
        return None
    return answer_error(response.status_code, str(getattr(error, "explanation", "") or "").encode())


def _name_not_known(_error: BaseException, _deadline_s: float) -> DockmonError:
    return HostError("dns", "its name is not known to DNS", "check the name in the URL, or use the address")


def _refused(_error: BaseException, _deadline_s: float) -> DockmonError:
    return HostError("refused", "connection refused", "start the engine there, or correct the URL")


def _no_permission(_error: BaseException, _deadline_s: float) -> DockmonError:
    return HostError(
        "permission", "permission denied on the engine's socket", "run as root or as a member of the group `docker`"
    )


def _no_socket(_error: BaseException, _deadline_s: float) -> DockmonError:
    return HostError("refused", "there is no such socket", "start the engine, or correct the path in the URL")


def _timeout(_error: BaseException, deadline_s: float) -> DockmonError:
    return timed_out(deadline_s)


def _closed(_error: BaseException, _deadline_s: float) -> DockmonError:
    return HostError("broken_answer", "the connection was closed half way through the answer", _TRY_AGAIN)


def _no_http(error: BaseException, _deadline_s: float) -> DockmonError:
    if "\x15\x03" in str(error) or "\\x15\\x03" in str(error):  # a TLS alert where HTTP was expected
        return tls_expected()
    return not_an_engine("it does not speak HTTP")


def _os_error(error: BaseException, _deadline_s: float) -> DockmonError | None:
    number = getattr(error, "errno", None)
    if number in (errno.EPIPE, errno.ECONNRESET, errno.ECONNABORTED):
        return _closed(error, 0)
    if number in (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN):
        return HostError("unreachable", "no route to the host", "see that the host and the network to it are up")
    if number == errno.ENOTSOCK:
        return _no_socket(error, 0)
    return None


_RULES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...],
                    Callable[[BaseException, float], DockmonError | None]], ...] = (
    (DockmonError, lambda error, _: error if isinstance(error, DockmonError) else None),
    (docker.errors.APIError, _api_error),
    (ssl.SSLCertVerificationError, certificate_reason),
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError), _closed),
    (ssl.SSLError, tls_reason),
    (socket.gaierror, _name_not_known),
    (urllib3.exceptions.NameResolutionError, _name_not_known),
    (ConnectionRefusedError, _refused),
    (PermissionError, _no_permission),
    ((FileNotFoundError, NotADirectoryError), _no_socket),
    ((TimeoutError, urllib3.exceptions.TimeoutError, requests.exceptions.Timeout), _timeout),
    ((http.client.RemoteDisconnected, http.client.IncompleteRead, ConnectionError), _closed),
    ((urllib3.exceptions.IncompleteRead, urllib3.exceptions.InvalidChunkLength), _closed),
    ((http.client.HTTPException, urllib3.exceptions.HeaderParsingError), _no_http),
    ((urllib3.exceptions.DecodeError, requests.exceptions.ContentDecodingError), _no_http),
    (OSError, _os_error),
)  # fmt: skip
