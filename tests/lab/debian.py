"""Packages from Debian, unpacked and never installed.

An apt configuration of its own (sources, lists and status in a folder of the cache) makes two releases available
side by side, whatever the machine itself runs, and leaves the machine's own apt alone.
"""

import os
import subprocess
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.lab.errors import AcquireError
from tests.lab.processes import environment

OFFICIAL = "http://deb.debian.org/debian"
RELEASES = ("bookworm", "trixie")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def unpack(packages: Iterable[str], target: Path, apt: Path) -> None:
    """Put the files of PACKAGES (`name/release`, no dependencies) into TARGET, with APT as apt's own folder."""
    options = _configure(apt)
    _update(options, apt / "updated")
    with TemporaryDirectory(dir=apt) as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        _call(["apt-get", *options, "download", *packages], cwd=Path(folder))
        files = Path(folder).glob("*.deb")
        list(pool.map(lambda file: _call(["dpkg", "-x", str(file), str(target)]), files))


def install(packages: Sequence[str]) -> None:
    """Install small tools that start no service, in the machine's ordinary way."""
    options = ["-o", "DPkg::Lock::Timeout=300", "--no-install-recommends", "--yes"]
    _call(["apt-get", "update"])
    _call(["apt-get", "install", *options, *packages], DEBIAN_FRONTEND="noninteractive")


def mirror() -> str:
    """Return the address this machine gets Debian from, or Debian's public one if apt has none on record."""
    line = "$(ORIGIN)|$(LABEL)|$(REPO_URI)"
    known = _call(["apt-get", "indextargets", "--format", line, "Created-By: Packages"])
    for entry in known.splitlines():
        origin, label, address = entry.split("|", 2)
        if origin == label == "Debian" and address.startswith(("http:", "https:")):
            return address.rstrip("/")
    return OFFICIAL


def _configure(apt: Path) -> list[str]:
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    # An empty status file: apt then knows of nothing installed, and has nothing to compare with.
    (apt / "status").touch()
    address = mirror()
    sources = [f"deb [signed-by={KEYRING}] {address} {release} main\n" for release in RELEASES]
    (apt / "sources.list").write_text("".join(sources))
    settings = {
        "Dir::State": apt / "state",
        "Dir::State::status": apt / "status",
        "Dir::Cache": apt / "cache",
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        # The unprivileged user apt downloads as cannot enter a checkout below /root.
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
        "Acquire::Retries": "3",
    }
    return [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]


def _update(options: list[str], stamp: Path) -> None:
    """Refresh the lists, unless it was done within the hour: several sets are fetched one after the other."""
    if stamp.exists() and time.time() - stamp.stat().st_mtime < 3600:
        return
    _call(["apt-get", *options, "update"])
    stamp.touch()


def _call(argv: list[str], cwd: Path | None = None, **env: str) -> str:
    try:
        done = subprocess.run(
            argv,
            cwd=cwd,
            env=environment(**env),
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise AcquireError(
            f"there is no {argv[0]} here: the lab gets its programs from Debian, by Debian's means"
        ) from None
    if done.returncode != 0:
        command = f"{argv[0]} {argv[-1]}"
        raise AcquireError(f"{command} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout
