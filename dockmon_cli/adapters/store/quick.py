"""The few columns that `ps` and shell completion need, at once: standard sqlite3 instead of the ORM's 430 ms.

A test holds the queries to the tables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dockmon_cli.adapters.store import sqlite
from dockmon_cli.adapters.store.version import refuse_newer
from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.documents import decode, parse_time
from dockmon_cli.core.hosts import Host, TlsFiles
from dockmon_cli.core.tags import GivenTag

_HOSTS = "SELECT host_id, name, url, tls, ssh_key, ssh_host_key FROM hosts ORDER BY name"
_ANSWERS = "SELECT host_id, identity, good FROM container_updates WHERE good IS NOT NULL"

_TAGS = "SELECT host_id, identity, tag, by, at FROM container_tags ORDER BY tag, host_id, identity"
_TAGS_SINCE = 2


@dataclass(frozen=True, slots=True)
class QuickRows:
    """Stored hosts by name, the last good answer of each (host_id, identity), and the tags that commands gave."""

    hosts: tuple[Host, ...] = ()
    answers: Mapping[tuple[str, str], CheckAnswer] = field(default_factory=dict)
    tags: tuple[GivenTag, ...] = ()


def read(path: Path) -> QuickRows:
    """Return what the store at `path` holds at this moment; a missing store is empty.

    Leaves the file's bytes and times alone. Raise StoreError if it can't be read or a newer dockmon made it.
    """
    if not sqlite.exists(path):
        return QuickRows()
    with sqlite.reading(path) as connection:
        version = sqlite.version_of(path, connection)
        refuse_newer(path, version)
        if version == 0:
            return QuickRows()
        hosts, answers = connection.execute(_HOSTS).fetchall(), connection.execute(_ANSWERS).fetchall()
        # A store of an older dockmon is read as it is: `ps` changes nothing.
        tags = connection.execute(_TAGS).fetchall() if version >= _TAGS_SINCE else []
    try:
        return QuickRows(
            tuple(_host(*row) for row in hosts), {row[:2]: _answer(row[2]) for row in answers},
            tuple(_tag(*row) for row in tags),
        )  # fmt: skip
    except (ValueError, TypeError, AttributeError) as error:
        raise sqlite.broken_row(path, error) from error


def _host(host_id: str, name: str, url: str, tls: str | None, ssh_key: str | None, ssh_host_key: str | None) -> Host:
    files = None if tls is None else decode(TlsFiles, json.loads(tls))
    return Host(host_id, name, url, files, ssh_key, ssh_host_key, origin="stored")


def _tag(host_id: str, identity: str, tag: str, by: str, at: str) -> GivenTag:
    return GivenTag(host_id, identity, tag, by, parse_time(at))


def _answer(text: str) -> CheckAnswer:
    return decode(CheckAnswer, json.loads(text))
