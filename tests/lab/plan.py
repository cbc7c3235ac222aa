"""What is decided about an engine before it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from tests.lab.kinds import Kind
from tests.lab.tls import ServerFault, Tls


class Options(TypedDict, total=False):
    """What may be asked of an engine."""

    # Mutual TLS, and what is wrong with the server's certificate if anything.
    tls: bool | ServerFault
    ssh: bool
    # Listening on plain TCP, which it does by default, costs each start a second: dockerd spends it as a warning.
    tcp: bool
    # The size of the data-root, such as "64m"; a full one is a full disk to the engine.
    disk: str
    # More for dockerd's daemon.json.
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """One engine, as asked for and as the lab has room for it."""

    name: str
    kind: Kind
    folder: Path
    address: str
    subnet: str
    cgroup: str
    tls: Tls | None = None
    ssh: bool = False
    tcp: bool = True
    disk: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def socket(self) -> Path:
        """The engine's unix socket, visible on the whole machine."""
        return self.folder / "docker.sock"

    @property
    def data(self) -> Path:
        """What the engine keeps; visible inside its sandbox alone."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The log of what answers the API, over all its starts."""
        return self.folder / "daemon.log"

    @property
    def urls(self) -> list[str]:
        """All endpoints of the engine."""
        return [f"unix://{self.socket}", *([self.tcp_url] if self.tcp else [])]

    @property
    def tcp_url(self) -> str:
        """The engine's TCP endpoint."""
        return f"tcp://{self.address}:{2376 if self.tls else 2375}"

    def sandbox_script(self, slot_folder: Path) -> str:
        """Return the shell script that gives an engine its own /run, /etc and data-root.

        The engine must find nothing of a user's own engine (keys, certificates, sockets) and leave nothing there. What
        it writes is held in memory: quicker than a disk that is synced all the time, and gone with the sandbox.
        """
        own, private = self.folder, self.folder / "private"
        size = f",size={self.disk}" if self.disk else ""
        return f"""
echo {self.name} >/proc/sys/kernel/hostname
mkdir {private} {self.data}
mount -t tmpfs -o mode=755 lab {private}
mkdir -p {private}{slot_folder} {private}/etc {private}/work
mount --bind {slot_folder} {private}{slot_folder}
mount -t overlay -o lowerdir=/etc,upperdir={private}/etc,workdir={private}/work lab /etc
rm -rf /etc/docker /etc/containers /etc/cni
mkdir /etc/docker
mount --rbind {private}/run /run
mount -t tmpfs -o mode=711{size} lab {own}/data
"""
