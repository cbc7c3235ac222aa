"""SSH hosts on a real sshd: right keys work, each failure has its reason, and no process is left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dockmon_cli.adapters.clock import SystemClock
from dockmon_cli.adapters.engine.engines import DockerEngines
from dockmon_cli.adapters.engine.host_keys import OpenSshKeys
from dockmon_cli.adapters.engine.ssh_reasons import ssh_reason
from dockmon_cli.core.errors import HostError, UsageError
from dockmon_cli.core.hosts import Host
from tests.adapters.engine.conftest import host_of
from tests.lab import Engine

pytestmark = pytest.mark.lab
OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture(scope="module")
def far(lab_engines: Callable[[str, str], Engine]) -> Engine:
    """An engine behind SSH."""
    return lab_engines("26.1-containerd", "ssh")


@pytest.fixture
def host(far: Engine) -> Host:
    """The host with all that opens it."""
    return host_of(far, "ssh")


def version(host: Host) -> str:
    async def run() -> str:
        async with DockerEngines(SystemClock()).open(host, timeout_s=15) as engine:
            return (await engine.info()).version

    return asyncio.run(run())


def failure(host: Host) -> HostError:
    with pytest.raises(HostError) as caught:
        version(host)
    assert caught.value.hint
    return caught.value


def forwards(to: str) -> list[int]:
    """The process ids of every ssh that forwards to this address."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0] == b"ssh" and to.encode() in words:
            found.append(int(folder.name))
    return found


def test_the_key_opens_it_and_no_ssh_is_left_behind(far: Engine, host: Host) -> None:
    assert version(host).startswith("26.")
    assert forwards(far.address) == []


def test_a_connection_that_ends_under_way_is_made_again(far: Engine, host: Host) -> None:
    async def run() -> tuple[list[str], str]:
        codes: list[str] = []
        async with DockerEngines(SystemClock()).open(host, timeout_s=15) as engine:
            (ssh,) = forwards(far.address)
            os.kill(ssh, signal.SIGKILL)
            until = time.monotonic() + 60
            while time.monotonic() < until:
                try:
                    return codes, (await engine.info()).version
                except HostError as error:
                    codes.append(error.code)
                await asyncio.sleep(0.1)
        return codes, ""

    codes, found = asyncio.run(run())
    assert found.startswith("26.")
    assert "refused" not in codes
    assert forwards(far.address) == []


def test_the_fingerprint_of_the_host_s_key_serves_as_well_as_the_key(host: Host) -> None:
    print_of_it = OpenSshKeys().fingerprint(host.ssh_host_key or "")
    assert version(replace(host, ssh_host_key=print_of_it)).startswith("26.")


@pytest.mark.parametrize("other", [OTHER_KEY, OpenSshKeys().fingerprint(OTHER_KEY)])
def test_another_host_key_is_refused(host: Host, other: str) -> None:
    error = failure(replace(host, ssh_host_key=other))
    assert (error.code, error.exit_code) == ("host_key", 4)


def test_a_host_that_nobody_knows_is_refused(host: Host) -> None:
    assert failure(replace(host, ssh_host_key=None)).code == "host_key"


def test_a_login_with_another_key_is_refused(host: Host, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True)
    assert failure(replace(host, ssh_key=str(tmp_path / "key"))).code == "login"


def test_a_key_file_open_to_others_is_refused(host: Host, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(Path(host.ssh_key or "").read_bytes())
    key.chmod(0o644)
    assert failure(replace(host, ssh_key=str(key))).code == "key_mode"


def test_a_socket_that_is_not_there_is_told_with_its_path(host: Host) -> None:
    error = failure(replace(host, url=f"{host.url}/run/none.sock"))
    assert (error.code, "/run/none.sock" in error.message) == ("refused", True)


def test_a_socket_that_the_user_may_not_use_is_told_as_such(far: Engine, host: Host) -> None:
    error = failure(replace(host, url=far.ssh.guest_url))
    assert (error.code, error.exit_code) == ("permission", 4)


def test_a_port_where_no_ssh_is_is_told_as_such(far: Engine, host: Host) -> None:
    assert failure(replace(host, url=f"ssh://root@{far.address}:9")).code == "refused"
    assert failure(replace(host, url=far.tcp_url.replace("tcp://", "ssh://root@"))).code == "not_an_engine"


def test_a_host_that_is_unplugged_is_a_time_out_and_no_ssh_is_left(far: Engine, host: Host) -> None:
    far.unplug()
    try:

        async def run() -> None:
            async with DockerEngines(SystemClock()).open(host, timeout_s=1):
                pass

        with pytest.raises(HostError) as caught:
            asyncio.run(run())
    finally:
        far.plug()
    assert caught.value.code in ("timeout", "unreachable")
    assert forwards(far.address) == []


SCRIPT = """
import asyncio, json, sys
from dockmon_cli.adapters.clock import SystemClock
from dockmon_cli.adapters.engine.engines import DockerEngines
from dockmon_cli.core.hosts import Host
async def main():
    async with DockerEngines(SystemClock()).open(Host(*json.loads(sys.argv[1])), timeout_s=15):
        print("open", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_ssh_outlives_a_program_that_is_interrupted_or_killed(
    far: Engine, host: Host, number: signal.Signals
) -> None:
    words = f'["i", "far", "{host.url}", null, "{host.ssh_key}", "{host.ssh_host_key}"]'
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"open\n"
        assert len(forwards(far.address)) == 1
        os.kill(program.pid, number)
        program.wait(20)
    until = time.monotonic() + 10
    while forwards(far.address) and time.monotonic() < until:
        time.sleep(0.05)
    assert forwards(far.address) == []


def test_a_host_key_is_read_from_itself_its_fingerprint_and_a_file(tmp_path: Path) -> None:
    keys = OpenSshKeys()
    (tmp_path / "host.pub").write_text(f"[nas]:2222 {OTHER_KEY} root@nas\n")
    print_of_it = keys.fingerprint(OTHER_KEY)
    assert keys.read(f"{OTHER_KEY} a comment") == OTHER_KEY
    assert keys.read(print_of_it) == print_of_it
    assert keys.read(str(tmp_path / "host.pub")) == OTHER_KEY


@pytest.mark.parametrize("text", ["nonsense", "SHA256:short", "ssh-ed25519 !!!!", ""])
def test_what_is_no_host_key_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        OpenSshKeys().read(text)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("ssh: Could not resolve hostname nas: Name or service not known", "dns"),
        ("ssh: connect to host nas port 22: Connection refused", "refused"),
        ("ssh: connect to host nas port 22: Connection timed out", "timeout"),
        ("ssh: connect to host nas port 22: No route to host", "unreachable"),
        ("No ED25519 host key is known for nas and you have requested strict checking.", "host_key"),
        ("@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.", "host_key"),
        ("root@nas: Permission denied (publickey).", "login"),
        ("UNPROTECTED PRIVATE KEY FILE!\nroot@nas: Permission denied (publickey).", "key_mode"),
        ("kex_exchange_identification: Connection closed by remote host", "not_an_engine"),
        ("something new", "unreachable"),
        ("", "unreachable"),
    ],
)  # fmt: skip
def test_what_ssh_says_is_told_apart(said: str, code: str) -> None:
    assert ssh_reason(said).code == code
