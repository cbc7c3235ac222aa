"""Trust and client certificates of a registry, from where docker keeps them."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from dockmon_cli.core.errors import RegistryError


def tls_at_need(registry: str, certs_dir: Path, *, verify: bool) -> Callable[[], ssl.SSLContext]:
    """Return what gives the TLS settings of `tls_context`, made once: a registry on plain http needs none.

    What lies in the registry's own folder is read at once, so that a broken file is told whatever is spoken then.
    """
    make = cache(partial(tls_context, registry, certs_dir, verify=verify))
    if any((certs_dir / registry).glob("*")):
        make()
    return make


def tls_context(registry: str, certs_dir: Path, *, verify: bool) -> ssl.SSLContext:
    """Given `host[:port]`, return the TLS settings for it: the system's CAs and what `certs_dir/host:port` adds.

    There `*.crt` are CAs, and `NAME.cert` with `NAME.key` is a client certificate, as docker documents. Without
    `verify` (a registry that docker would call insecure) any certificate will do. Raise RegistryError (auth) if a
    file in the folder can't be used.
    """
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    folder = certs_dir / registry
    try:
        for authority in sorted(folder.glob("*.crt")):
            context.load_verify_locations(authority)
        for certificate in sorted(folder.glob("*.cert")):
            context.load_cert_chain(certificate, certificate.with_suffix(".key"), password=_no_password)
    except (OSError, ssl.SSLError, ValueError) as error:
        hint = "each CA is a readable PEM file NAME.crt, each client certificate NAME.cert with its NAME.key"
        raise RegistryError("auth", f"{folder}: a certificate can't be used: {error}", hint) from error
    return context


def _no_password() -> str:
    """Answer for a key with a passphrase, which OpenSSL would otherwise ask for on the terminal."""
    return ""
