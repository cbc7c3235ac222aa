"""Layers of test images, made from one static busybox: no download, and the same bytes every time."""

import gzip
import hashlib
import io
import random
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from tests.lab import cache as programs

FOLDERS = ("bin", "etc", "home", "tmp", "var", "www")
FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/home:/bin/sh\n",
    "etc/group": "root:x:0:\napp:x:1000:\n",
}


@dataclass(frozen=True)
class Layer:
    """One compressed layer, and the digest of what is inside."""

    data: bytes
    diff_id: str

    @property
    def digest(self) -> str:
        """The digest the registry knows the layer by."""
        return digest_of(self.data)


@cache
def base() -> Layer:
    """Return the layer with busybox, a link for each of its applets, users root and app, and an empty /www."""
    busybox = programs.get("base") / "bin" / "busybox"
    applets = subprocess.run([busybox, "--list"], check=True, capture_output=True, text=True).stdout.split()
    with _Builder() as builder:
        for name in FOLDERS:
            builder.folder(name, 0o1777 if name == "tmp" else 0o755)
        builder.file("bin/busybox", busybox.read_bytes(), 0o755)
        for applet in sorted(set(applets) - {"busybox"}):
            builder.link(f"bin/{applet}", "busybox")
        for name, text in FILES.items():
            builder.file(name, text.encode())
    return builder.layer()


def content(seed: str, files: Mapping[str, str], size: int) -> Layer:
    """Return a small layer that differs with SEED: FILES (path to text), and SIZE bytes that do not compress."""
    with _Builder() as builder:
        builder.file("etc/seed", seed.encode())
        for path, text in files.items():
            builder.file(path.lstrip("/"), text.encode(), 0o755)
        if size:
            builder.file("var/ballast", random.Random(seed).randbytes(size))
    return builder.layer()


def digest_of(data: bytes) -> str:
    """Return the digest of DATA as registries write it."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


class _Builder:
    """A tar archive whose bytes depend on its content alone."""

    def __enter__(self) -> "_Builder":
        self._buffer = io.BytesIO()
        self._tar = tarfile.open(fileobj=self._buffer, mode="w", format=tarfile.PAX_FORMAT)
        return self

    def __exit__(self, *_: object) -> None:
        self._tar.close()

    def folder(self, name: str, mode: int) -> None:
        self._add(name, tarfile.DIRTYPE, mode)

    def link(self, name: str, target: str) -> None:
        self._add(name, tarfile.SYMTYPE, 0o777, target=target)

    def file(self, name: str, data: bytes, mode: int = 0o644) -> None:
        self._add(name, tarfile.REGTYPE, mode, data)

    def layer(self) -> Layer:
        data = self._buffer.getvalue()
        return Layer(gzip.compress(data, compresslevel=1, mtime=0), digest_of(data))

    def _add(self, name: str, kind: bytes, mode: int, data: bytes = b"", target: str = "") -> None:
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode, entry.size, entry.linkname = kind, mode, len(data), target
        self._tar.addfile(entry, io.BytesIO(data))


def names(layers: Iterable[Layer]) -> list[str]:
    """Return the diff IDs of LAYERS, in order, as an image configuration lists them."""
    return [layer.diff_id for layer in layers]
