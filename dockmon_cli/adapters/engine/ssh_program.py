"""Starting OpenSSH so that it asks nothing, obeys only what it was told, and dies with its parent."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

from dockmon_cli.core.errors import HostError
from dockmon_cli.core.host_url import HostUrl
from dockmon_cli.core.hosts import Host

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def ssh_options(timeout_s: float) -> list[str]:
    """Return the options that every ssh of ours carries: no question, no terminal, no leftover connection."""
    settings = {
        "BatchMode": "yes",
        "ConnectTimeout": str(max(1, round(timeout_s))),
        "ConnectionAttempts": "1",
        "ServerAliveInterval": "5",
        "ServerAliveCountMax": "3",
        "ControlMaster": "no",
        "ControlPath": "none",
        "ForwardAgent": "no",
        "ForwardX11": "no",
        "PermitLocalCommand": "no",
        "UpdateHostKeys": "no",
        "LogLevel": "ERROR",
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def identity_options(host: Host) -> list[str]:
    """Return the options that make ssh use the host's own key and no other."""
    return ["-i", host.ssh_key, "-o", "IdentitiesOnly=yes"] if host.ssh_key else []


def destination(url: HostUrl) -> list[str]:
    """Return port, user and host as words for ssh's command line."""
    port = ["-p", str(url.port)] if url.port else []
    user = ["-l", url.user] if url.user else []
    return [*port, *user, "--", url.host]


async def start(words: Sequence[str], *, stdout: int | None = None) -> asyncio.subprocess.Process:
    """Start a program of OpenSSH. Raise HostError where it is not installed.

    It is a session of its own (Ctrl-C reaches us alone, we end it), and the kernel ends it when we are gone.
    The kernel ties that to the thread that started it: call this on the main thread only.
    """
    try:
        return await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL if stdout is None else stdout,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # one system call; setpriv(1) is not everywhere
            env={**os.environ, "LC_ALL": "C"},
        )
    except FileNotFoundError as error:
        raise HostError("unreachable", f"there is no `{words[0]}` here", "install OpenSSH's client") from error


FAILED = 255
"""What ssh exits with where it failed itself; any other code is the far command's own."""


async def run(words: Sequence[str], timeout_s: float) -> tuple[int, str, str]:
    """Run a program of OpenSSH to its end; return its exit code and what it wrote. Raise TimeoutError."""
    process = await start(words, stdout=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(timeout_s):
            out, err = await process.communicate()
    finally:
        await end(process)
    return process.returncode or 0, out.decode(errors="replace"), err.decode(errors="replace")


async def end(process: asyncio.subprocess.Process) -> None:
    """End a process and wait until it is gone."""
    with suppress(ProcessLookupError):
        process.kill()
    await asyncio.shield(process.wait())


def _die_with_parent() -> None:
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
