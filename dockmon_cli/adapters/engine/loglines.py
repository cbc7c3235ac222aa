"""A container's log as text. Without a TTY both streams come in frames: 1 byte of stream, 3 of zero, 4 of length."""

from __future__ import annotations

from collections.abc import Iterator

_HEADER = 8


def decode_log(body: bytes, tail: int) -> str:
    """Given the body of `GET /containers/{id}/logs`, framed or not, return its last `tail` lines."""
    text = b"".join(_frames(body)) if _is_framed(body) else body
    lines = text.decode("utf-8", "replace").splitlines()
    return "\n".join(lines[-tail:]) if tail > 0 else ""


def _is_framed(body: bytes) -> bool:
    return len(body) >= _HEADER and body[0] in (0, 1, 2) and body[1:4] == b"\0\0\0"


def _frames(body: bytes) -> Iterator[bytes]:
    start = 0
    while start + _HEADER <= len(body):
        end = start + _HEADER + int.from_bytes(body[start + 4 : start + _HEADER])
        yield body[start + _HEADER : end]
        start = end
