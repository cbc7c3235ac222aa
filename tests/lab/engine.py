"""One Docker engine of the lab: a real daemon with its own network, data and processes."""

import json
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from docker import DockerClient

from tests.lab import dockerd, network, podman, ssh
from tests.lab.cleaning import clean
from tests.lab.daemons import Daemons
from tests.lab.errors import LabError
from tests.lab.plan import Plan
from tests.lab.processes import plain_environment, run
from tests.lab.sandbox import Sandbox
from tests.lab.slots import Slot
from tests.lab.ssh import Ssh
from tests.lab.tls import Tls

START = {"docker": dockerd.start, "podman": podman.start}


class Engine:
    """A running engine and the switches to hurt it with."""

    def __init__(
        self, plan: Plan, slot: Slot, device: str, twin: "Engine | None", on_close: Callable[[], object]
    ) -> None:
        """Bring the engine up and wait until it answers. It calls itself by the same ID as TWIN, if given."""
        self._plan = plan
        self._device = device
        self._daemons: Daemons | None = None
        self._ssh: Ssh | None = None
        self.client_folder.mkdir()
        self._undo = ExitStack()
        with ExitStack() as undo:
            undo.callback(on_close)
            undo.callback(shutil.rmtree, plan.folder)
            self._sandbox = Sandbox(plan.folder / "sandbox.log", plan.sandbox_script(slot.folder), network=True)
            undo.callback(self._sandbox.close)
            undo.callback(slot.thaw)
            slot.remember(self._sandbox.pid)
            undo.callback(network.unwire, device)
            network.wire(slot.bridge, device, self._sandbox.pid, plan.address, slot.address(1))
            self._bring_up(twin)
            self._undo = undo.pop_all()

    @property
    def name(self) -> str:
        """The name it was asked for by; also its host name."""
        return self._plan.name

    @property
    def kind(self) -> str:
        """The kind's name, such as "26.1-containerd"."""
        return self._plan.kind.name

    @property
    def address(self) -> str:
        """Its IPv4 address, where published ports are reached as well."""
        return self._plan.address

    @property
    def unix_url(self) -> str:
        """The URL of its unix socket."""
        return f"unix://{self._plan.socket}"

    @property
    def tcp_url(self) -> str:
        """The URL of its TCP port (2376 with TLS, else 2375)."""
        return self._plan.tcp_url

    @property
    def tls_dir(self) -> Path:
        """A folder with ca.pem, cert.pem and key.pem for clients of an engine with TLS."""
        return self.tls.client()

    @property
    def tls(self) -> Tls:
        """The certificates of an engine with TLS; `tls.client(fault)` makes wrong ones."""
        if self._plan.tls is None:
            raise LabError(f"engine {self.name} was started without TLS")
        return self._plan.tls

    @property
    def ssh(self) -> Ssh:
        """How to log in to the machine of an engine with SSH."""
        if self._ssh is None:
            raise LabError(f"engine {self.name} was started without SSH")
        return self._ssh

    @property
    def ssh_url(self) -> str:
        """The URL by way of SSH, for a user who may use the socket; it lies where every engine's does."""
        return self.ssh.url

    @property
    def ssh_key(self) -> Path:
        """The private key that opens `ssh_url`."""
        return self.ssh.key

    @property
    def ssh_host_key(self) -> str:
        """The public key the machine shows, `ssh-ed25519 AAAA…`."""
        return self.ssh.host_key

    @property
    def log(self) -> Path:
        """The daemon's log."""
        return self._plan.log

    @property
    def pid(self) -> int:
        """The daemon's process id."""
        return self._running().api[0].id.pid

    @property
    def client_folder(self) -> Path:
        """The docker client's own configuration folder (`docker login` writes there)."""
        return self._plan.folder / "client"

    def docker(self, *argv: str, check: bool = True) -> str:
        """Run the docker client of this kind's release on the unix socket; return its standard output, stripped."""
        env = plain_environment(*self._plan.kind.client_path(), DOCKER_HOST=self.unix_url, DOCKER_BUILDKIT="0")
        env["DOCKER_CONFIG"] = str(self.client_folder)
        return run(["docker", *argv], check=check, env=env).stdout.strip()

    def client(self) -> DockerClient:
        """Return a new SDK client on the unix socket; the caller closes it."""
        return DockerClient(base_url=self.unix_url, timeout=60)

    def events_since(self, start: float) -> list[dict[str, Any]]:
        """Return the engine's events from START (seconds since the epoch) to now, oldest first."""
        now = f"{time.time():.9f}"
        lines = self.docker("events", "--since", f"{start:.9f}", "--until", now, "--format", "{{json .}}")
        return [json.loads(line) for line in lines.splitlines()]

    def inside(self, script: str) -> str:
        """Run a shell script on the engine's machine and return its output."""
        return self._sandbox.run(script)

    def unplug(self) -> None:
        """Cut the network: no packet passes and no connection is told."""
        network.set_link(self._device, "down")

    def plug(self) -> None:
        """Undo `unplug`."""
        network.set_link(self._device, "up")

    def pause(self) -> None:
        """Freeze the daemon: it accepts connections and never answers."""
        self._running().signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Undo `pause`."""
        self._running().signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill the daemons as a crash would; containers stay running without them."""
        self._running().kill()
        self._daemons = None

    def stop(self) -> None:
        """Stop the daemons in order: every container is stopped first."""
        self._running().stop()
        self._daemons = None

    def start(self) -> None:
        """Start the daemon again on the same data."""
        if self._daemons is not None:
            raise LabError(f"engine {self.name} is running already")
        self._daemons = START[self._plan.kind.family](self._plan, self._sandbox)

    def clean(self) -> None:
        """Make it as new: plugged, running, and without containers, volumes, own networks and images."""
        self.plug()
        if self._daemons is None:
            self.start()
        self.resume()
        with closing(self.client()) as client:
            clean(client.api)

    def close(self) -> None:
        """End the engine and everything that runs on it, at once; its name may then be used again."""
        self._undo.close()

    def _bring_up(self, twin: "Engine | None") -> None:
        if twin:
            dockerd.copy_id(twin._plan, twin._sandbox, self._plan, self._sandbox)
        if self._plan.ssh:
            folder, path = self._plan.folder / "ssh", self._plan.kind.client_path()
            self._ssh = ssh.start(folder, self._sandbox, self.address, self._plan.socket, path)
        self._daemons = START[self._plan.kind.family](self._plan, self._sandbox)

    def _running(self) -> Daemons:
        if self._daemons is None:
            raise LabError(f"engine {self.name} is not running")
        return self._daemons
