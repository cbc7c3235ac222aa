"""The PEM files of a host: checked before they are used, so that each mistake has its own words."""

from __future__ import annotations

import os
import socket
import ssl
from pathlib import Path

from dockmon_cli.adapters.engine.tls_reasons import client_certificate_refused
from dockmon_cli.core.errors import HostError
from dockmon_cli.core.hosts import TlsFiles

_OTHERS = 0o077


def check_key_mode(path: str) -> None:
    """Raise HostError (`key_mode`) if anybody but its owner may use the private key at `path`."""
    mode = _stat(path, "tls_client_cert").st_mode & 0o777
    if mode & _OTHERS:
        raise HostError("key_mode", f"the key file {path} is open to others (mode {mode:04o})", f"chmod 600 {path}")


def check_tls_files(tls: TlsFiles) -> None:
    """Raise HostError where a file is missing, unreadable, open to others, or not what it should be."""
    if bool(tls.cert) != bool(tls.key):
        raise HostError(
            "tls_client_cert", "a client certificate needs its key and the key its certificate", "give both or neither"
        )
    if tls.key:
        check_key_mode(tls.key)
    tls_context(tls)


def tls_context(tls: TlsFiles) -> ssl.SSLContext:
    """Return the context that these files make; the engine's certificate is always verified."""
    context = ssl.create_default_context()
    if tls.ca:
        _stat(tls.ca, "tls_ca")
        try:
            context.load_verify_locations(cafile=tls.ca)
        except (ssl.SSLError, OSError) as error:
            raise HostError("tls_ca", f"{tls.ca} holds no CA certificate", "give a PEM file") from error
    if tls.cert and tls.key:
        _stat(tls.cert, "tls_client_cert")
        _load_pair(context, tls.cert, tls.key)
    return context


def trusted_cas(tls: TlsFiles) -> str | bool:
    """Return what to verify the engine by: the CA given, else this machine's own store."""
    paths = ssl.get_default_verify_paths()
    return tls.ca or paths.cafile or paths.capath or True


def diagnose_silence(host: str, port: int, tls: TlsFiles, timeout_s: float) -> HostError | None:
    """Given an engine that hung up on a request, tell whether it was our certificate it did not like.

    With TLS 1.3 the refusal comes after the handshake, and is lost when a request is already on its way; so
    shake hands once more, send nothing, and listen. None if it says nothing of the kind.
    """
    try:
        with socket.create_connection((host, port), timeout=timeout_s) as plain:
            plain.settimeout(timeout_s)
            with tls_context(tls).wrap_socket(plain, server_hostname=host) as secure:
                secure.recv(1)
    except ssl.SSLError as error:
        alert = str(error.reason or "").upper()
        return client_certificate_refused(alert) if "ALERT" in alert else None
    except OSError:
        return None
    return None


def _load_pair(context: ssl.SSLContext, cert: str, key: str) -> None:
    try:
        context.load_cert_chain(cert, key, password=_no_password)
    except (ssl.SSLError, OSError) as error:
        raise HostError(
            "tls_client_cert", f"{cert} and {key} are no matching certificate and key in PEM form",
            "give the pair that belongs together, without a pass phrase",
        ) from error  # fmt: skip


def _no_password() -> str:
    return ""  # OpenSSL would ask on the terminal


def _stat(path: str, code: str) -> os.stat_result:
    try:
        found = Path(path).stat()
        with Path(path).open("rb"):
            return found
    except OSError as error:
        why = f"{path} can't be read: {error.strerror}"
        raise HostError(code, why, "correct the path or its permissions") from error
