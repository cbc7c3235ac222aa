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
from dockmon_cli.core.documents import decode
from dockmon_cli.core.hosts import Host, TlsFiles

_HOSTS = "SELECT host_id, name, url, tls, ssh_key, ssh_host_key FROM hosts ORDER BY name"
_ANSWERS = "SELECT host_id, identity, good FROM container_updates WHERE good IS NOT NULL"


@dataclass(frozen=True, slots=True)
class QuickRows:
    """Stored hosts by name, and the last good answer of each (host_id, identity)."""

    hosts: tuple[Host, ...] = ()
    answers: Mapping[tuple[str, str], CheckAnswer] = field(default_factory=dict)


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
    try:
        return QuickRows(tuple(_host(*row) for row in hosts), {row[:2]: _answer(row[2]) for row in answers})
    except (ValueError, TypeError, AttributeError) as error:
        raise sqlite.broken_row(path, error) from error


def _host(host_id: str, name: str, url: str, tls: str | None, ssh_key: str | None, ssh_host_key: str | None) -> Host:
    files = None if tls is None else decode(TlsFiles, json.loads(tls))
    return Host(host_id, name, url, files, ssh_key, ssh_host_key, origin="stored")


def _answer(text: str) -> CheckAnswer:
    return decode(CheckAnswer, json.loads(text))
