"""Compose files in memory."""

from __future__ import annotations


class MemoryComposeFiles:
    """Implements `ports.compose_file.ComposeFiles`: `images` are lines by (file, service), `asked` files asked for."""

    def __init__(self, images: dict[tuple[str, str], int] | None = None) -> None:
        self.images = images or {}
        self.asked: list[str] = []

    def image_line(self, file: str, service: str) -> int | None:
        self.asked.append(file)
        return self.images.get((file, service))
