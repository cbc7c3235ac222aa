"""Every error that a library can raise becomes one of ours, with a next step."""

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator
from typing import Any

import docker.errors
import pytest
import requests
import requests.exceptions
import urllib3.exceptions

from dockmon_cli.adapters.engine.translate import LIBRARY_ERRORS, translate, was_never_sent
from dockmon_cli.core.errors import Conflict, DockmonError, EngineError, HostError, NoSuchObject, ReadOnly

LIBRARIES = ("docker", "requests", "urllib3")


def below(cls: type[BaseException]) -> Iterator[type[BaseException]]:
    yield cls
    for child in cls.__subclasses__():
        yield from below(child)


def of_libraries() -> list[type[BaseException]]:
    """Every exception class that the libraries define, warnings aside."""
    roots = (docker.errors.DockerException, requests.exceptions.RequestException, urllib3.exceptions.HTTPError,
             http.client.HTTPException, ssl.SSLError, ConnectionError)  # fmt: skip
    found = {cls for root in roots for cls in below(root) if not issubclass(cls, Warning)}
    return sorted(found, key=lambda cls: f"{cls.__module__}.{cls.__qualname__}")


def bare(cls: type[BaseException]) -> BaseException:
    """An instance, whatever its constructor would ask for."""
    error = cls.__new__(cls)
    error.args = ("it failed",)
    # what the docker SDK's own need to be printed
    vars(error).update(msg="it failed", name="x", param="x", response=None, explanation=None)
    return error


@pytest.mark.parametrize("cls", of_libraries(), ids=lambda cls: f"{cls.__module__}.{cls.__qualname__}")
def test_every_error_class_of_the_libraries_is_caught_and_becomes_ours(cls: type[Exception]) -> None:
    assert issubclass(cls, LIBRARY_ERRORS)
    told = translate(bare(cls), deadline_s=5)  # type: ignore[arg-type]
    assert isinstance(told, DockmonError)
    assert told.message
    assert isinstance(told, EngineError) or told.hint


def test_the_walk_finds_what_the_libraries_define() -> None:
    homes = {cls.__module__.partition(".")[0] for cls in of_libraries()}
    assert homes >= {*LIBRARIES, "http", "ssl"}
    assert len(of_libraries()) > 60


def wrapped(inner: BaseException) -> requests.ConnectionError:
    """What requests makes of an error of the socket, by way of urllib3."""
    protocol = urllib3.exceptions.ProtocolError("Connection aborted.", inner)
    return requests.ConnectionError(protocol)


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "dns"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "refused"),
        (PermissionError(errno.EACCES, "Permission denied"), "permission"),
        (FileNotFoundError(errno.ENOENT, "No such file"), "refused"),
        (TimeoutError("timed out"), "timeout"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "unreachable"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "unreachable"),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), "broken_answer"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), "broken_answer"),
        (http.client.RemoteDisconnected("Remote end closed connection"), "broken_answer"),
        (http.client.IncompleteRead(b"x", 9), "broken_answer"),
        (http.client.BadStatusLine("SSH-2.0-OpenSSH"), "not_an_engine"),
        (http.client.BadStatusLine("\x15\x03\x01\x00\x02"), "tls_expected"),
    ],
)
def test_the_innermost_cause_decides(inner: BaseException, code: str) -> None:
    told = translate(wrapped(inner), deadline_s=5)
    assert isinstance(told, HostError)
    assert told.code == code


def answered(status: int, explanation: str = "the engine's words") -> docker.errors.APIError:
    response = requests.Response()
    response.status_code = status
    return docker.errors.APIError("failed", response=response, explanation=f'{{"message": "{explanation}"}}')


@pytest.mark.parametrize(
    ("status", "kind"), [(404, NoSuchObject), (409, Conflict), (403, ReadOnly), (500, EngineError), (400, EngineError)]
)
def test_an_answer_of_the_engine_keeps_its_words_and_its_status(status: int, kind: type[EngineError]) -> None:
    told = translate(answered(status))
    assert type(told) is kind
    assert "the engine's words" in told.message
    assert getattr(told, "status", None) == status


def test_a_time_out_names_its_limit() -> None:
    assert translate(wrapped(TimeoutError()), deadline_s=5).message == "timed out after 5 s"


def verdict(code: int, text: str) -> ssl.SSLCertVerificationError:
    error: Any = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, text
    return error  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("code", "text", "told"),
    [
        (10, "certificate has expired", "tls_expired"),
        (9, "certificate is not yet valid", "tls_expired"),
        (62, "Hostname mismatch", "tls_name"),
        (64, "IP address mismatch", "tls_name"),
        (20, "unable to get local issuer certificate", "tls_ca"),
        (18, "self-signed certificate", "tls_ca"),
    ],
)
def test_openssl_s_verdict_on_a_certificate_is_told_apart(code: int, text: str, told: str) -> None:
    error = translate(wrapped(verdict(code, text)))
    assert (error.code, error.exit_code) == (told, 4)


def test_a_request_was_never_sent_where_no_connection_could_be_made() -> None:
    assert was_never_sent(wrapped(ConnectionRefusedError()))
    assert was_never_sent(wrapped(verdict(10, "expired")))
    assert not was_never_sent(wrapped(ConnectionResetError()))
    assert not was_never_sent(wrapped(TimeoutError()))
