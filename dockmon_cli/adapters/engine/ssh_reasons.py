"""Why ssh failed, told by what OpenSSH wrote on its standard error (LC_ALL=C)."""

from __future__ import annotations

import re

from dockmon_cli.core.errors import HostError

_RULES: tuple[tuple[str, str, str, str], ...] = (
    (r"No \S+ host key is known",
     "host_key", "the host's SSH key is not known here",
     "give it with --ssh-host-key, or log in once with `ssh` to accept it"),
    (r"HOST IDENTIFICATION HAS CHANGED|Host key verification failed|host key mismatch",
     "host_key", "the host's SSH key is not the one expected",
     "compare it with `ssh-keyscan` run on a network you trust, then give it with --ssh-host-key"),
    (r"UNPROTECTED PRIVATE KEY|bad permissions",
     "key_mode", "ssh refuses the key file: it is open to others", "chmod 600 the key file"),
    (r"Permission denied|Too many authentication failures|No more authentication methods",
     "login", "the SSH login was refused", "see that `ssh -o BatchMode=yes` to it works, or give --ssh-key FILE"),
    (r"Could not resolve hostname",
     "dns", "its name is not known to DNS", "check the name in the URL, or use the address"),
    (r"Connection refused",
     "refused", "connection refused by the SSH port", "start sshd there, or correct the port in the URL"),
    (r"timed out|Timeout, server",
     "timeout", "ssh timed out", "see that the host is up, or allow more with --timeout"),
    (r"No route to host|Network is unreachable",
     "unreachable", "no route to the host", "see that the host and the network to it are up"),
    (r"kex_exchange_identification|banner exchange|Bad remote protocol version|Invalid SSH identification",
     "not_an_engine", "something answers there, but it is no SSH server", "correct the port in the URL"),
    (r"administratively prohibited",
     "permission", "the SSH server forbids forwarding to the engine's socket",
     "allow it there: AllowStreamLocalForwarding yes in sshd_config"),
)  # fmt: skip


def ssh_reason(stderr: str) -> HostError:
    """Given what ssh wrote before it gave up, return the reason, with the next step."""
    for pattern, code, message, hint in _RULES:
        if re.search(pattern, stderr, re.IGNORECASE):
            return HostError(code, message, hint)
    last = next((line for line in reversed(stderr.splitlines()) if line.strip()), "it did not say why")
    return HostError("unreachable", f"ssh gave up: {last.strip()[:200]}", "try the same with `ssh` by hand")
