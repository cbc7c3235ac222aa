"""A corner of the machine with its own processes and mounts, and its own network if asked.

The first process of the corner only holds it open. It reads from a pipe that nobody ever writes to and whose other end
belongs to the lab's owner: when the owner dies, even by SIGKILL, the pipe ends, the holder ends, and the kernel then
kills every process and drops every mount of the corner: daemons, shims, containers and their overlays.
"""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.lab.errors import StartError
from tests.lab.processes import ProcessId, children, environment, wait_until

# Ignoring SIGCHLD lets the kernel bury the orphans that the holder inherits.
HOLD = "\necho ready\nexec env --ignore-signal=CHLD cat >/dev/null\n"


class Sandbox:
    """Namespaces that live from construction to `close`, or to the death of this process."""

    def __init__(self, log: Path, setup: str, *, network: bool = False) -> None:
        """Run the shell script SETUP in new namespaces, as their root; raise StartError if it fails."""
        kinds = ["--pid", "--fork", "--kill-child", "--mount", "--mount-proc", "--uts"]
        if network:
            kinds.append("--net")
        with log.open("wb") as output:
            self._unshare = subprocess.Popen(
                ["unshare", *kinds, "sh", "-ec", setup + HOLD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                env=environment(),
                # Ctrl-C at a terminal reaches the owner alone, who then takes the lab down in order.
                start_new_session=True,
            )
        self.network = network
        self._inmates: list[Inmate] = []
        self.holder = self._wait_for_holder(log)
        self.pid = self.holder.pid

    def spawn(self, argv: Sequence[str], log: Path, env: Mapping[str, str]) -> "Inmate":
        """Start a program inside, its output appended to LOG."""
        spaces = ["--mount", "--pid", "--uts", *(["--net"] if self.network else [])]
        with log.open("ab") as output:
            nsenter = subprocess.Popen(
                ["nsenter", f"--target={self.pid}", *spaces, "--", *argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                start_new_session=True,
            )
        inmate = Inmate(nsenter, log)
        self._inmates.append(inmate)
        return inmate

    def run(self, script: str) -> str:
        """Run a shell script inside to its end and return its output."""
        spaces = ["--mount", "--pid", "--uts", *(["--net"] if self.network else [])]
        argv = ["nsenter", f"--target={self.pid}", *spaces, "--", "sh", "-ec", script]
        return subprocess.run(argv, env=environment(), check=True, capture_output=True, text=True).stdout

    def close(self) -> None:
        """Kill all that is inside and wait until it is gone."""
        self.holder.signal(signal.SIGKILL)
        for pipe in (self._unshare.stdin, self._unshare.stdout):
            if pipe:
                pipe.close()
        # The kernel lets the holder's parent go on only when the last process inside is dead.
        self._unshare.wait()
        for inmate in self._inmates:
            inmate.wait()

    def _wait_for_holder(self, log: Path) -> ProcessId:
        assert self._unshare.stdout is not None
        answer = self._unshare.stdout.readline()
        found = children(self._unshare.pid)
        if answer != b"ready\n" or not found:
            self._unshare.kill()
            self._unshare.wait()
            raise StartError("namespaces could not be set up", log)
        return found[0]


class Inmate:
    """A program that runs inside a sandbox; its id is the one the outside knows it by."""

    def __init__(self, nsenter: "subprocess.Popen[bytes]", log: Path) -> None:
        """Find the program behind NSENTER, which stays as its parent and ends with it."""
        self._nsenter = nsenter
        self.log = log
        wait_until(lambda: bool(children(nsenter.pid)) or nsenter.poll() is not None, 10, 0.001)
        found = children(nsenter.pid)
        if not found:
            raise StartError("a program of the lab could not be started", log)
        self.id = found[0]

    def running(self) -> bool:
        """Tell whether the program still runs."""
        return self._nsenter.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        self.id.signal(number)
        if number == signal.SIGCONT:
            # nsenter stops itself when its child is stopped.
            self._nsenter.send_signal(number)

    def wait(self, seconds: float = 60) -> None:
        """Wait for the program's end. Raise StartError with its log if it does not end in time."""
        try:
            self._nsenter.wait(seconds)
        except subprocess.TimeoutExpired:
            raise StartError(f"process {self.id.pid} of the lab did not end in {seconds:g} s", self.log) from None
