"""Finding the line of a compose file that names an image."""

import os
from pathlib import Path

import pytest

from dockmon_cli.adapters.compose_file import DiskComposeFiles
from dockmon_cli.ports.compose_file import ComposeFiles
from tests.fakes.compose_file import MemoryComposeFiles

PLAIN = """\
# The shop.
name: shop
services:
  db:
    image: postgres:16
  web:
    labels: {image: "not this one"}
    image: "registry.lan/shop/web:1.2.3"   # ours
"""


@pytest.fixture(params=["fake", "disk"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[ComposeFiles, str]:
    """Compose files among which PLAIN is, and its path."""
    file = tmp_path / "compose.yml"
    if request.param == "fake":
        return MemoryComposeFiles({(str(file), "db"): 5, (str(file), "web"): 8}), str(file)
    file.write_text(PLAIN)
    return DiskComposeFiles(), str(file)


def test_the_line_of_each_service_is_found(shop: tuple[ComposeFiles, str]) -> None:
    files, path = shop
    assert (files.image_line(path, "db"), files.image_line(path, "web")) == (5, 8)


def test_what_a_file_does_not_say_has_no_line(shop: tuple[ComposeFiles, str]) -> None:
    files, path = shop
    assert files.image_line(path, "cache") is None
    assert files.image_line(f"{path}.other", "web") is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("services: {web: {image: a:1}}", 1),
        ("services:\n  web: &web\n    image: a:1\n  web2: *web\n", 3),
        ("services:\n  web:\n    image: !override a:1\n", 3),
        ("services:\n  web:\n    image:\n      ${IMAGE:-a:1}\n", 4),
        ('services:\r\n  "web":\r\n    image: a:1\r\n', 3),
        ("services:\n  web:\n    build: .\n", None),
        ("services:\n  web:\n", None),
        ("services: [web]\n", None),
        ("web:\n  image: a:1\n", None),
        ("", None),
        ("services:\n\tweb: {\n", None),
        ("a: 1\n---\nb: 2\n", None),
        ("[" * 100_000, None),
        ("services: {web: {image: a:1}} #" + "x" * (1 << 20), None),
    ],
)
def test_files_are_read_as_people_write_them(tmp_path: Path, text: str, line: int | None) -> None:
    file = tmp_path / "compose.yml"
    file.write_bytes(text.encode())
    assert DiskComposeFiles().image_line(str(file), "web") == line


def test_what_is_no_readable_file_has_no_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "latin").write_bytes(b"services: {web: {image: \xe9}}")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("pipe", "latin", "loop", "", "missing"):
        assert DiskComposeFiles().image_line(str(tmp_path / name), "web") is None
    assert DiskComposeFiles().image_line("/dev/zero", "web") is None
    assert DiskComposeFiles().image_line("a\0b", "web") is None
