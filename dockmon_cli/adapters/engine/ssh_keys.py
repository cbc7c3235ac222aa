"""Public keys of SSH hosts: which one is expected, known or offered."""

from __future__ import annotations

import base64
import hashlib
import re
from binascii import Error as NotBase64
from pathlib import Path

from dockmon_cli.adapters.engine import ssh_program
from dockmon_cli.adapters.engine.ssh_reasons import ssh_reason
from dockmon_cli.adapters.engine.translate import timed_out
from dockmon_cli.core.errors import HostError, UsageError
from dockmon_cli.core.host_url import HostUrl

_KEY = re.compile(r"(?:^|\s)((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,2})(?:\s|$)")
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}\Z")
_FORMS = "give `ssh-ed25519 AAAA…`, its `SHA256:…` fingerprint, or a file that holds the key"


def fingerprint(key: str) -> str:
    """Given `type base64`, return its SHA256 fingerprint as ssh-keygen prints it."""
    digest = hashlib.sha256(base64.b64decode(key.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def read_host_key(text: str) -> str:
    """Given a key, a fingerprint or the path of a file that holds a key, return key or fingerprint.

    Raise UsageError if it is none of them.
    """
    if _FINGERPRINT.match(text):
        return text
    if key := _find_key(text):
        return key
    try:
        content = Path(text).expanduser().read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError) as error:
        raise UsageError("this is no SSH host key", _FORMS) from error
    if key := _find_key(content):
        return key
    raise UsageError(f"{text} holds no SSH host key", _FORMS)


def _find_key(text: str) -> str | None:
    found = _KEY.search(text)
    if found is None:
        return None
    try:
        base64.b64decode(found[2], validate=True)
    except NotBase64:
        return None
    return f"{found[1]} {found[2]}"


async def offered_keys(url: HostUrl, timeout_s: float) -> list[str]:
    """Ask the host for its keys, trusting nothing. Raise HostError where it can't be asked."""
    settings = await _settings(url, timeout_s)
    name, port = settings.get("hostname", url.host), settings.get("port", str(url.port or 22))
    words = ["ssh-keyscan", "-T", str(max(1, round(timeout_s))), "-p", port, "--", name]
    _, out, err = await _run(words, timeout_s)
    keys = [key for line in out.splitlines() if not line.startswith("#") and (key := _find_key(line))]
    if not keys:
        raise ssh_reason(err or "timed out")
    return sorted(keys, key=lambda key: not key.startswith("ssh-ed25519"))


async def is_known(url: HostUrl, timeout_s: float) -> bool:
    """True if the user's known_hosts (or the system's) holds a key of this host."""
    settings = await _settings(url, timeout_s)
    host, port = settings.get("hostname", url.host), settings.get("port", "22")
    name = settings.get("hostkeyalias") or (host if port == "22" else f"[{host}]:{port}")
    for file in _known_hosts_files(settings):
        code, _, _ = await _run(["ssh-keygen", "-F", name, "-f", file], timeout_s)
        if code == 0:
            return True
    return False


async def expected_key(url: HostUrl, given: str, timeout_s: float) -> str:
    """Given the key or fingerprint of a host, return the key. Raise HostError if the host shows no such key."""
    if not given.startswith("SHA256:"):
        return given
    offered = await offered_keys(url, timeout_s)
    for key in offered:
        if fingerprint(key) == given:
            return key
    raise HostError(
        "host_key", f"the host's SSH key is not the one expected: it shows {fingerprint(offered[0])}",
        "compare it on the host itself, then give the right one with --ssh-host-key",
    )  # fmt: skip


def _known_hosts_files(settings: dict[str, str]) -> list[str]:
    names = f"{settings.get('userknownhostsfile', '')} {settings.get('globalknownhostsfile', '')}".split()
    return [str(Path(name).expanduser()) for name in names]


async def _settings(url: HostUrl, timeout_s: float) -> dict[str, str]:
    """What the user's ssh_config says of this host, which ssh-keyscan and ssh-keygen do not read."""
    _, out, _ = await _run(["ssh", "-G", *ssh_program.destination(url)], timeout_s)
    return dict(line.split(" ", 1) for line in out.splitlines() if " " in line)


async def _run(words: list[str], timeout_s: float) -> tuple[int, str, str]:
    """A name that takes long to look up, or a `Match exec` of the user's, may use up the time."""
    try:
        return await ssh_program.run(words, timeout_s)
    except TimeoutError as error:
        raise timed_out(timeout_s) from error
