"""Why TLS failed, told by OpenSSL's verification codes and by the alert the other side sent."""

from __future__ import annotations

from dockmon_cli.core.errors import DockmonError, HostError

# X509_V_ERR_… of openssl/x509_vfy.h
_EXPIRED = {9: "is not valid yet", 10: "has expired"}
_OTHER_NAME = frozenset({62, 64})

_CLIENT_ALERTS = (
    "CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "UNKNOWN_CA", "CERTIFICATE_EXPIRED", "CERTIFICATE_UNKNOWN",
    "CERTIFICATE_REVOKED", "UNSUPPORTED_CERTIFICATE", "ACCESS_DENIED", "HANDSHAKE_FAILURE", "DECRYPT_ERROR",
)  # fmt: skip
_NOT_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG")


def certificate_reason(error: BaseException, _deadline_s: float = 0) -> DockmonError:
    """Given OpenSSL's verdict on the engine's certificate, return expired, wrong name or unknown CA."""
    code = getattr(error, "verify_code", 0)
    text = getattr(error, "verify_message", "") or "certificate verify failed"
    if code in _EXPIRED:
        hint = "renew it there; if it looks valid, set this machine's clock"
        return HostError("tls_expired", f"the engine's certificate {_EXPIRED[code]}", hint)
    if code in _OTHER_NAME:
        return HostError(
            "tls_name", f"the engine's certificate is for another name ({text})",
            "use a name in the URL that the certificate holds, or have one made for this name",
        )  # fmt: skip
    return HostError(
        "tls_ca", f"the engine's certificate is not signed by a CA that is trusted here ({text})",
        "give the CA that signed it with --tls-ca or as ca.pem in --tls-dir",
    )  # fmt: skip


def tls_reason(error: BaseException, _deadline_s: float = 0) -> DockmonError | None:
    """Given an error of the TLS layer, return what the other side wants; None where it is silent about that."""
    reason = str(getattr(error, "reason", "") or error).upper().replace(" ", "_")
    if any(word in reason for word in _NOT_TLS):
        return HostError(
            "tls_expected", "TLS was asked for, but plain text is spoken there",
            "leave the TLS files out, or have the engine listen with --tlsverify",
        )  # fmt: skip
    if any(word in reason for word in _CLIENT_ALERTS):
        return client_certificate_refused(reason)
    return None


def client_certificate_refused(alert: str) -> HostError:
    """Return the error for an engine that does not take our certificate, or wants one and got none."""
    if "REQUIRED" in alert:
        return HostError(
            "tls_client_cert", "the engine asks for a client certificate and none was given",
            "give --tls-cert and --tls-key, or a --tls-dir with cert.pem and key.pem",
        )  # fmt: skip
    return HostError(
        "tls_client_cert", "the engine refuses the client certificate",
        "give a certificate that the engine's CA signed, and see that it has not expired",
    )  # fmt: skip
