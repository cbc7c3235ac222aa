"""Compose files on disk, read by PyYAML's parser, which keeps the lines."""

from __future__ import annotations

import os
import stat

import yaml

_LARGEST = 1024 * 1024


class DiskComposeFiles:
    """Implements `ports.compose_file.ComposeFiles`.

    The path comes from a container's label, so it may name anything: only regular files of up to 1 MiB are read.
    """

    def image_line(self, file: str, service: str) -> int | None:
        """Return the line that names a service's image, or None."""
        try:
            root = yaml.compose(_text(file), Loader=yaml.SafeLoader)
        except (OSError, ValueError, yaml.YAMLError, RecursionError):
            return None
        image = _below(_below(_below(root, "services"), service), "image")
        return None if image is None else int(image.start_mark.line) + 1


def _text(file: str) -> str:
    # Opening a named pipe would wait for somebody to write into it.
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("it is no regular file")
        content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError("it is too large")
    return content.decode()


def _below(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """The value of a key of a mapping, or None."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)
