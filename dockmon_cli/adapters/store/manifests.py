"""Manifests by digest and cool-downs of registries."""

from __future__ import annotations

from datetime import UTC, datetime

from dockmon_cli.adapters.store.database import Database
from dockmon_cli.adapters.store.tables import CooldownRow, ManifestRow

_LATEST = datetime(9999, 12, 31, tzinfo=UTC)


class SqlManifests:
    """Implements `ports.registry.ManifestCache`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get_manifest(self, repository: str, digest: str) -> tuple[str, bytes] | None:
        """Return (media type, body) of a manifest seen before, or None."""
        with self._database.reading() as session:
            row = session.get(ManifestRow, (repository, digest))
            return None if row is None else (row.media_type, row.body)

    def put_manifest(self, repository: str, digest: str, media_type: str, body: bytes) -> None:
        """Keep a manifest."""
        with self._database.writing() as session:
            session.merge(ManifestRow(repository=repository, digest=digest, media_type=media_type, body=body))

    def get_cooldown(self, registry: str) -> float | None:
        """Return the Unix time until which this registry must not be asked, or None."""
        with self._database.reading() as session:
            row = session.get(CooldownRow, registry)
            return None if row is None else row.until.timestamp()

    def set_cooldown(self, registry: str, until: float) -> None:
        """Remember until when (Unix time) this registry must not be asked; a registry may name any number."""
        moment = datetime.fromtimestamp(until, UTC) if until < _LATEST.timestamp() else _LATEST
        with self._database.writing() as session:
            session.merge(CooldownRow(of=registry, until=moment))
