"""Failures that a second try may cure, and how library errors become them."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.registry_answer import clean

PAUSE_S = 0.3
"""What lies between the two tries."""

_LATER = "try again later"
_NO_REGISTRY = "check that it is a container registry"


class TryAgain(RegistryError):
    """A failure that may be gone the next time; `pause_s` is how long to wait before."""

    def __init__(
        self, reason: str, message: str, hint: str = "", *, pause_s: float = PAUSE_S, retry_after_s: float | None = None
    ):
        super().__init__(reason, message, hint, retry_after_s=retry_after_s)
        self.pause_s = pause_s


class TimedOut(TryAgain):
    """The total time of a request passed."""


def fresh(error: RegistryError) -> RegistryError:
    """Given a failure that several callers share, return one of the caller's own."""
    return RegistryError(error.reason, error.message, error.hint, retry_after_s=error.retry_after_s)


def unreachable(host: str, error: BaseException) -> RegistryError:
    """Given the host that was asked and what the HTTP library raised, return the failure in our words.

    A certificate that is not trusted and a name that does not resolve are not tried again.
    """
    for cause in _causes(error):
        known = _known(host, cause)
        if known is not None:
            return known
    return TryAgain("unreachable", f"{host}: the connection broke: {clean(str(error)) or type(error).__name__}", _LATER)


def _known(host: str, cause: BaseException) -> RegistryError | None:
    if isinstance(cause, ssl.SSLError):
        return _tls(host, cause)
    if isinstance(cause, socket.gaierror):
        return RegistryError(
            "unreachable", f"{host}: the name does not resolve", "check the name and this machine's DNS"
        )
    if isinstance(cause, ConnectionRefusedError):
        return TryAgain("unreachable", f"{host}: connection refused", "check the port, and that the registry runs")
    if isinstance(cause, httpx.TimeoutException):
        return TimedOut("unreachable", f"{host}: timed out", "the registry or the way to it is slow")
    if isinstance(cause, httpx.InvalidURL | httpx.UnsupportedProtocol | UnicodeError):
        return RegistryError(
            "unsupported", f"{host}: it names an address that can't be asked: {clean(str(cause))}", _NO_REGISTRY
        )
    return None


def _tls(host: str, cause: ssl.SSLError) -> RegistryError:
    if isinstance(cause, ssl.SSLCertVerificationError):
        message = f"{host}: its certificate is not trusted: {clean(cause.verify_message)}"
        return RegistryError(
            "unreachable", message, f"put the CA that signed it into /etc/docker/certs.d/{host}/ca.crt"
        )
    hint = "if it speaks plain http, name it in registries.insecure of dockmon.toml"
    return TryAgain("unreachable", f"{host}: no TLS connection: {clean(cause.reason or str(cause))}", hint)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the innermost cause first: libraries wrap what the system said."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return reversed(chain)
