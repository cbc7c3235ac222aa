"""An SSH server inside an engine's sandbox, so that the engine can be reached as a remote machine is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab import cache
from tests.lab.errors import StartError
from tests.lab.processes import plain_environment, run, wait_until
from tests.lab.sandbox import Sandbox

PORT = 2222
# Whoever logs in as this one may not use the engine's socket.
GUEST = "guest"

CONFIG = """
Port {port}
ListenAddress {address}
HostKey {folder}/host
AuthorizedKeysFile /etc/lab-ssh/authorized_keys
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PrintMotd no
PrintLastLog no
MaxStartups 200
MaxSessions 200
SetEnv PATH={path}
"""

# /etc and /run are the sandbox's own. sshd wants a user and a folder to drop its rights into; a locked root could not
# log in; and clients expect the socket where every engine has it.
SETUP = """
mkdir -p /run/sshd /etc/lab-ssh
cp {folder}/client.pub /etc/lab-ssh/authorized_keys
ln -sf {socket} /run/docker.sock
grep -q ^sshd: /etc/passwd || echo sshd:x:65533:65533::/run/sshd:/usr/sbin/nologin >>/etc/passwd
echo {guest}:x:65532:65532::/:/bin/sh >>/etc/passwd
sed -i s/^root:[^:]*:/root:*:/ /etc/shadow
echo {guest}:*:20000:::::: >>/etc/shadow
"""


@dataclass(frozen=True)
class Ssh:
    """How to log in to one engine's machine."""

    folder: Path
    address: str

    @property
    def url(self) -> str:
        """The engine's URL for a user who may use it."""
        return f"ssh://root@{self.address}:{PORT}"

    @property
    def guest_url(self) -> str:
        """The engine's URL for a user who can log in, but may not use the socket."""
        return f"ssh://{GUEST}@{self.address}:{PORT}"

    @property
    def key(self) -> Path:
        """The client's private key."""
        return self.folder / "client"

    @property
    def host_key(self) -> str:
        """The server's public key, `ssh-ed25519 AAAA…`."""
        return " ".join((self.folder / "host.pub").read_text().split()[:2])


def start(folder: Path, sandbox: Sandbox, address: str, socket: Path, path: Sequence[Path]) -> Ssh:
    """Start an SSH server at ADDRESS in SANDBOX; sessions find programs in PATH and the engine at its usual socket."""
    folder.mkdir()
    for name in ("host", "client"):
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)])
    environment = plain_environment(*path)
    text = CONFIG.format(port=PORT, address=address, folder=folder, path=environment["PATH"])
    (folder / "sshd_config").write_text(text)
    sandbox.run(SETUP.format(folder=folder, socket=socket, guest=GUEST))
    _serve(folder, sandbox)
    return Ssh(folder, address)


def _serve(folder: Path, sandbox: Sandbox) -> None:
    libraries = ":".join(map(str, cache.libraries("sshd")))
    argv = [str(cache.get("sshd") / "usr/sbin/sshd"), "-D", "-e", "-f", str(folder / "sshd_config")]
    log = folder / "sshd.log"
    server = sandbox.spawn(argv, log, plain_environment(LD_LIBRARY_PATH=libraries))
    wait_until(lambda: "Server listening" in log.read_text() or not server.running(), 20)
    if not server.running():
        raise StartError("sshd did not start", log)
