"""The remote engine's socket, forwarded by OpenSSH to a private local one."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from dockmon_cli.adapters.engine import ssh_program
from dockmon_cli.adapters.engine.ssh_keys import expected_key
from dockmon_cli.adapters.engine.ssh_reasons import ssh_reason
from dockmon_cli.adapters.engine.tls_files import check_key_mode
from dockmon_cli.adapters.engine.translate import timed_out
from dockmon_cli.core.errors import HostError
from dockmon_cli.core.host_url import HostUrl
from dockmon_cli.core.hosts import Host

_ALIAS = "dockmon-host"
_LOOK_S = 0.01
_AGAIN_S = 1.0
_LONGEST_PATH = 100  # of the 108 bytes that a socket's address holds


class Forward:
    """A running forward; `socket` is the local path to connect to."""

    def __init__(self, socket: Path, words: list[str], url: HostUrl, timeout_s: float) -> None:
        self.socket = socket
        self._words = words
        self._url = url
        self._timeout_s = timeout_s
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Log in, and come back once the socket is there. Raise HostError with the reason that ssh gives."""
        words = [*self._words, *_forwarding(self.socket, self._url), *ssh_program.destination(self._url)]
        self._process = await ssh_program.start(words)
        await _until_ready(self._process, self.socket, self._timeout_s)

    async def keep(self) -> None:
        """Log in again whenever ssh has ended: it gives up a connection that says nothing for 15 s."""
        while self._process:
            await self._process.wait()
            self.socket.unlink(missing_ok=True)
            with suppress(HostError):
                await self.start()
            await asyncio.sleep(_AGAIN_S)

    async def end(self) -> None:
        """End ssh, and wait until it is gone."""
        if self._process:
            await ssh_program.end(self._process)

    async def why_refused(self, timeout_s: float) -> HostError:
        """After the far end hung up, tell why: ssh itself says only "open failed" for every reason."""
        path = self._url.path
        script = f"[ -e {_quoted(path)} ] || exit 41; [ -w {_quoted(path)} ] || exit 42; exit 43"
        words = [*self._words, *ssh_program.destination(self._url), script]
        try:
            code, _, err = await ssh_program.run(words, timeout_s)
        except TimeoutError:
            return timed_out(timeout_s)
        if code in _SOCKET_REASONS:
            return _SOCKET_REASONS[code](path)
        return ssh_reason(err) if code == ssh_program.FAILED else _no_shell_to_ask(path)


@asynccontextmanager
async def forward(host: Host, url: HostUrl, timeout_s: float) -> AsyncIterator[Forward]:
    """Open the forward and yield it; on leaving, ssh is gone and so is the folder.

    Raise HostError with the reason that ssh gives, or `timeout` when nothing came within `timeout_s`.
    """
    if host.ssh_key:
        check_key_mode(host.ssh_key)
    with tempfile.TemporaryDirectory(prefix="dockmon-", dir=_short_folder(), ignore_cleanup_errors=True) as folder:
        words = ["ssh", *ssh_program.ssh_options(timeout_s), *ssh_program.identity_options(host)]
        words += await _host_key_options(host, url, Path(folder), timeout_s)
        forwarded = Forward(Path(folder, "sock"), words, url, timeout_s)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(forwarded.end)
            await forwarded.start()
            stack.push_async_callback(_cancelled, asyncio.ensure_future(forwarded.keep()))
            yield forwarded


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _forwarding(socket: Path, url: HostUrl) -> list[str]:
    return ["-nNT", "-o", "ExitOnForwardFailure=yes", "-o", "StreamLocalBindMask=0177", "-L", f"{socket}:{url.path}"]


async def _host_key_options(host: Host, url: HostUrl, folder: Path, timeout_s: float) -> list[str]:
    """The given key and no other, under a name of our own; else what the user's known_hosts says."""
    strict = ["-o", "StrictHostKeyChecking=yes"]
    if host.ssh_host_key is None:
        return strict
    known = folder / "known_hosts"
    known.write_text(f"{_ALIAS} {await expected_key(url, host.ssh_host_key, timeout_s)}\n")
    files = ["-o", f"UserKnownHostsFile={known}", "-o", "GlobalKnownHostsFile=/dev/null"]
    return [*strict, *files, "-o", f"HostKeyAlias={_ALIAS}", "-o", "CheckHostIP=no"]


async def _until_ready(process: asyncio.subprocess.Process, socket: Path, timeout_s: float) -> None:
    """ssh makes the socket once it is logged in, or ends and says why it could not."""
    try:
        async with asyncio.timeout(timeout_s):
            while not os.path.exists(socket):  # noqa: ASYNC240, PTH110 - one look, at a local folder
                if process.returncode is not None:
                    raise ssh_reason(await _said(process))
                await asyncio.sleep(_LOOK_S)
    except TimeoutError as error:
        raise timed_out(timeout_s) from error


async def _said(process: asyncio.subprocess.Process) -> str:
    return (await process.stderr.read(20_000)).decode(errors="replace") if process.stderr else ""


def _short_folder() -> str | None:
    """A folder for temporary files whose names leave room for a socket's address."""
    usual = tempfile.gettempdir()
    return usual if len(usual) + len("/dockmon-12345678/sock") <= _LONGEST_PATH else "/tmp"  # noqa: S108


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "'\\''") + "'"


def _missing(path: str) -> HostError:
    return HostError("refused", f"there is no socket {path} on the host",
                     "start the engine there, or add the socket's path to the URL")  # fmt: skip


def _forbidden(path: str) -> HostError:
    return HostError("permission", f"permission denied on {path} on the host",
                     "log in as root or as a member of the group `docker`")  # fmt: skip


def _nobody_listens(path: str) -> HostError:
    return HostError("refused", f"nothing listens on {path} on the host, or its sshd forbids forwarding to it",
                     "start the engine there; sshd_config needs AllowStreamLocalForwarding yes")  # fmt: skip


def _no_shell_to_ask(path: str) -> HostError:
    """The login holds and the forward does not; an account without a shell can't say why."""
    hint = "give the account the right to it there (group `docker`), and see that the engine runs"
    return HostError("permission", f"the account may not reach {path}, or nothing listens there", hint)


_SOCKET_REASONS = {41: _missing, 42: _forbidden, 43: _nobody_listens}
