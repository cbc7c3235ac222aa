"""The cache of unpacked programs, shared by every lab of this checkout.

A set is one folder, complete from the moment it has its final name: it is filled under another name and then renamed,
one acquirer at a time, so that a killed download leaves nothing that looks finished.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab import debian
from tests.lab.processes import SYSTEM_PATH

# Each package is named with its release. Libraries are listed where a minimal Debian 12 lacks them, always from the
# release of the program that loads them.
SETS: dict[str, tuple[str, ...]] = {
    "base": (
        "runc/bookworm",
        "tini/bookworm",
        "libseccomp2/bookworm",
        "busybox-static/bookworm",
        "docker-registry/bookworm",
    ),
    "docker-20.10": ("docker.io/bookworm", "containerd/bookworm", "libdevmapper1.02.1/bookworm"),
    # Built against newer libraries, yet needs no symbol that Debian 12's do not have.
    "docker-26.1": ("docker.io/trixie", "containerd/trixie", "docker-cli/trixie", "docker-compose/trixie"),
    "sshd": ("openssh-server/bookworm", "libwrap0/bookworm"),
    "podman": (
        "podman/bookworm",
        "conmon/bookworm",
        "netavark/bookworm",
        "aardvark-dns/bookworm",
        "golang-github-containers-common/bookworm",
        "golang-github-containers-image/bookworm",
        "libdevmapper1.02.1/bookworm",
        "libgpgme11/bookworm",
        "libassuan0/bookworm",
        "libsubid4/bookworm",
        "libglib2.0-0/bookworm",
    ),
}

# Small tools that start no service; unlike engines they cannot get into the way of a user's own.
TOOLS = {"ip": "iproute2", "iptables": "iptables", "openssl": "openssl", "ssh": "openssh-client"}


def folder() -> Path:
    """Return the cache's folder, made if need be."""
    default = Path(__file__).resolve().parents[2] / ".cache" / "lab"
    path = Path(os.environ.get("DOCKMON_LAB_CACHE") or default)
    path.mkdir(parents=True, exist_ok=True)
    return path


def get(name: str) -> Path:
    """Return the folder of the set NAME, fetched from Debian the first time."""
    target = folder() / f"{name}-{_fingerprint(name)}"
    if not target.is_dir():
        with _lock():
            if not target.is_dir():
                _fetch(name, target)
    return target


def libraries(name: str) -> list[Path]:
    """Return the folders of shared libraries in the set NAME."""
    places = ("lib", "usr/lib")
    return sorted({found.parent for place in places for found in get(name).glob(f"{place}/*-linux-*/*.so*")})


def ensure_tools(*names: str) -> None:
    """Install those of the tools NAMES that are missing on this machine."""
    if _missing(names):
        with _lock():
            if missing := _missing(names):
                debian.install([TOOLS[name] for name in missing])


def _fetch(name: str, target: Path) -> None:
    unfinished = folder() / "unfinished"
    # Only the holder of the lock writes here: what is found was left by one that was killed.
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    debian.unpack(SETS[name], unfinished, folder() / "apt")
    unfinished.rename(target)


def _missing(names: tuple[str, ...]) -> list[str]:
    path = f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}"
    return [name for name in names if shutil.which(name, path=path) is None]


def _fingerprint(name: str) -> str:
    return hashlib.sha256(" ".join(SETS[name]).encode()).hexdigest()[:8]


@contextmanager
def _lock() -> Iterator[None]:
    with (folder() / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
