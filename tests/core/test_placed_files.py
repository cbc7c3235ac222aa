"""Which of the files in a writable layer compose put there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from dockmon_cli.core.documents import parse_time
from dockmon_cli.core.placed_files import MOST_LOOKS, FileContent, FileInfo, placed, restamped, suspects

CREATED = "2026-11-24T15:14:08.569413586Z"
STAMP = parse_time("2026-11-24T15:14:09Z")
PROJECT = {"com.docker.compose.project": "shop"}
CONF = FileInfo("/etc/app.conf", 0o444, 6, STAMP, is_file=True)
SECRET = FileInfo("/run/secrets/token", 0o600, 6, STAMP + timedelta(days=3, microseconds=7), is_file=True)


def container(*mounted: str, **labels: str) -> dict[str, Any]:
    mounts = [{"Destination": path} for path in mounted]
    return {"Created": CREATED, "Config": {"Labels": labels}, "Mounts": mounts}


def change(path: str, kind: int = 1) -> dict[str, Any]:
    return {"Path": path, "Kind": kind}


def test_files_that_are_neither_folders_nor_mounts_nor_deleted_are_looked_at_secrets_first() -> None:
    changes = [
        change("/etc", 0), change("/etc/app.conf"), change("/nginx.conf", 0), change("/gone", 2),
        change("/run"), change("/run/secrets"), change("/run/secrets/token"), change("/run/secrets/mounted"),
    ]  # fmt: skip
    mine = container("/run/secrets/mounted", **PROJECT)
    assert suspects(changes, mine) == ("/run/secrets/token", "/nginx.conf", "/etc/app.conf")


def test_without_compose_nothing_is_looked_at() -> None:
    assert suspects([change("/run/secrets/token")], container()) == ()


def test_of_very_many_files_the_deepest_are_left_out() -> None:
    changes = [change("/app.conf"), *(change(f"/var/lib/x/{number}") for number in range(2 * MOST_LOOKS))]
    found = suspects(changes, container(**PROJECT))
    assert (found[0], len(found)) == ("/app.conf", MOST_LOOKS)


def test_secrets_and_read_only_files_stamped_at_creation_are_composes() -> None:
    assert placed([SECRET, CONF], container()) == ("/etc/app.conf", "/run/secrets/token")


def test_what_the_program_wrote_itself_is_not() -> None:
    others = [
        replace(CONF, mode=0o644),
        replace(CONF, changed_at=STAMP + timedelta(microseconds=1)),
        replace(CONF, changed_at=STAMP + timedelta(minutes=1)),
        replace(CONF, is_file=False),
        replace(SECRET, is_file=False),
        replace(SECRET, size=10**8),
    ]
    assert placed(others, container()) == ()


def test_what_was_copied_once_is_known_again_at_the_next_update() -> None:
    later = {**container(**PROJECT), "Created": "2026-12-24T00:00:00.999Z"}
    copied = restamped(FileContent(CONF.path, CONF.mode, 0, 0, STAMP, b"sesame"), later)
    info = replace(CONF, changed_at=copied.changed_at)
    assert (placed([info], container()), placed([info], later)) == ((), (CONF.path,))
    assert "sesame" not in repr(copied)
