"""Images that dockmon keeps to return to: what its record says of them, and what an engine shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dockmon_cli.core.containers import Container, short_id
from dockmon_cli.core.documents import Document
from dockmon_cli.core.reference import InvalidReference, Reference
from dockmon_cli.core.swap import ROLLBACK_PREFIX

PRUNE_TAG = "dockmon-prune-"
"""Begins the tag that an image carries in its own repository for the moment of its removal."""
# Podman writes out where a short name would be looked for.
_DEFAULT_PLACES = ("docker.io/", "localhost/")


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """That `tag` of ours keeps an image, which the container `identity` ran until `op` replaced it at `kept_at`."""

    host_id: str
    tag: str
    repository: str
    image_id: str
    identity: str
    op: str
    kept_at: datetime
    digest: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class KeptImage:
    """One image under a tag of ours on one host.

    `names` are those that are dockmon's to take away, `others` the names that its user gave it. `repositories` are
    those that digests of it are known in. `records` tell for whom it was kept, `users` which containers run it,
    stopped ones too. `holders` are the containers that a rollback would return to it, `unproven` those whose
    newer image has not proven itself.
    """

    host_id: str
    host: str
    image_id: str
    size_bytes: int
    names: tuple[str, ...]
    others: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    records: tuple[KeptRecord, ...] = ()
    users: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    unproven: tuple[str, ...] = field(default=())

    @property
    def stopped_using_at(self) -> datetime | None:
        """When dockmon replaced it last; None where that is not on record."""
        return max((record.kept_at for record in self.records), default=None)

    @property
    def repository(self) -> str:
        """The repository it came from, else our own name of it."""
        return self.records[0].repository if self.records else self.names[0].rpartition(":")[0]

    @property
    def version(self) -> str | None:
        """Its version, where it is on record."""
        return next((record.version for record in self.records if record.version), None)

    @property
    def digest(self) -> str | None:
        """The digest it can be pulled by, where it is on record."""
        return next((record.digest for record in self.records if record.digest), None)

    @property
    def prune_names(self) -> tuple[str, ...]:
        """Names that it gets before its own go: with the last tag of a repository its digests there go as well."""
        return tuple(f"{repository}:{PRUNE_TAG}{short_id(self.image_id)}" for repository in self.repositories)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside an engine's list of images.

    `records` are those of its host; `moved_there` the (image ID, reference) pairs whose tag dockmon itself made when
    it followed a newer one. `pending` are tags of operations that are not over. `unstarted` are the operations whose
    new container was never started.
    """

    containers: Sequence[Container]
    records: Sequence[KeptRecord]
    moved_there: Collection[tuple[str, str]] = ()
    pending: Collection[str] = ()
    unstarted: Collection[str] = ()


def kept_image(host_id: str, host: str, row: Document, around: Surroundings) -> KeptImage | None:
    """Given a row of an engine's list, return the image if dockmon keeps it, else None."""
    tags = [_plain(tag) for tag in row.get("RepoTags") or [] if "@" not in tag and "<none>" not in tag]
    names = [tag for tag in tags if is_ours(tag) or (row["Id"], normal(tag)) in around.moved_there]
    if not any(is_ours(tag) for tag in tags):
        return None
    records = tuple(record for record in around.records if record.tag in names or record.image_id == row["Id"])
    here = {container.identity: container for container in around.containers if not container.is_temporary}
    held = [record for record in records if record.identity in here and _is_newest(record, around.records)]
    return KeptImage(
        host_id,
        host,
        row["Id"],
        int(row.get("Size") or 0),
        tuple(names),
        others=tuple(tag for tag in tags if tag not in names),
        repositories=_repositories(row),
        records=records,
        users=tuple(c.name for c in around.containers if _runs(c, row["Id"], tags)),
        holders=tuple(here[record.identity].target for record in held),
        unproven=(
            *(here[r.identity].target for r in held if r.op in around.unstarted and not _is_up(here[r.identity])),
            *(f"{host} ({name})" for name in names if name in around.pending),
        ),
    )


def is_ours(tag: str) -> bool:
    """True for a name that dockmon gave to an image that it keeps."""
    return _plain(tag).startswith(ROLLBACK_PREFIX) or tag.rpartition(":")[2].startswith(PRUNE_TAG)


def normal(text: str) -> str:
    """Given a reference as anybody writes it, return the one spelling of it."""
    try:
        return str(Reference.parse(text))
    except InvalidReference:
        return text


def _is_newest(record: KeptRecord, records: Sequence[KeptRecord]) -> bool:
    """True if it is what this container ran last, which is what a rollback returns to."""
    return all(other.kept_at <= record.kept_at for other in records if other.identity == record.identity)


def _runs(container: Container, image_id: str, tags: Sequence[str]) -> bool:
    """An engine that can't name a container's image any more may still show the reference."""
    return container.image_id == image_id or _plain(container.image) in tags


def _is_up(container: Container) -> bool:
    return container.status in ("running", "paused")


def _repositories(row: Document) -> tuple[str, ...]:
    """Where digests of it are known, by the spelling the engine uses; our own names are no repositories."""
    found = [_plain(each).partition("@")[0] for each in row.get("RepoDigests") or [] if "<none>" not in each]
    found += [_plain(tag).partition("@")[0] for tag in row.get("RepoTags") or [] if "@" in tag]
    return tuple(dict.fromkeys(name for name in found if not name.startswith("dockmon-")))


def _plain(name: str) -> str:
    """Given a name in an engine's spelling, return it as we gave it."""
    for place in _DEFAULT_PLACES:
        if name.startswith(f"{place}dockmon-"):
            return name.removeprefix(place)
    return name
