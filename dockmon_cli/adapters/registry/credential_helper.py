"""Asks a `docker-credential-NAME` program (the protocol of docker-credential-helpers) for a login."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from contextlib import suppress

from dockmon_cli.adapters.registry.surroundings import Surroundings
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.manifest import parse_json_object
from dockmon_cli.core.registry_access import Credentials
from dockmon_cli.core.registry_answer import clean

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_TOKEN_USER = "<token>"  # noqa: S105 - the user name that marks an identity token
_UNKNOWN = "credentials not found"


async def ask_helper(name: str, server: str, surroundings: Surroundings) -> Credentials | None:
    """Given a helper's name and docker's key of a registry, return the login, or None if the helper has none.

    Raise RegistryError (auth) if it is not on PATH, fails, answers nonsense or takes longer than its time limit.
    """
    program = f"docker-credential-{name}"
    found = shutil.which(program, path=surroundings.environment.get("PATH", "")) if _NAME.fullmatch(name) else None
    if found is None:
        hint = "install it, or take it out of docker's config.json"
        raise RegistryError("auth", f"{clean(program)}: docker's config.json names it, but it is not on PATH", hint)
    code, output = await _run(found, server, surroundings)
    if code != 0 and _UNKNOWN in output.decode(errors="replace"):
        return None
    if code != 0:
        raise _failed(program, server, clean(output.decode(errors="replace")) or f"exit code {code}")
    return _read(program, server, output)


async def _run(program: str, server: str, surroundings: Surroundings) -> tuple[int, bytes]:
    """Return exit code and what it wrote: stdout, or stderr where that is empty."""
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            program, "get", stdin=pipe, stdout=pipe, stderr=pipe, env=surroundings.environment, start_new_session=True
        )
    except OSError as error:
        raise _failed(program, server, error.strerror or str(error)) from error
    try:
        async with asyncio.timeout(surroundings.helper_timeout_s):
            out, err = await process.communicate(server.encode())
    except TimeoutError as error:
        raise _failed(program, server, f"no answer within {surroundings.helper_timeout_s:g} s") from error
    finally:
        # A helper is often a script whose children would outlive it and hold the pipes open.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    return process.returncode or 0, out or err


def _read(program: str, server: str, output: bytes) -> Credentials | None:
    try:
        document = parse_json_object(output)
    except ValueError as error:
        raise _failed(program, server, "what it wrote is not a JSON object") from error
    username, secret = str(document.get("Username") or ""), str(document.get("Secret") or "")
    if not secret:
        return None
    return Credentials(identity_token=secret) if username == _TOKEN_USER else Credentials(username, secret)


def _failed(program: str, server: str, why: str) -> RegistryError:
    name = program.rpartition("/")[2]
    return RegistryError("auth", f"{name}: {why}", f"try `echo {server} | {name} get`")
