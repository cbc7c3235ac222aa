"""Images that dockmon keeps, to return to or for a later update: what its record says of them, and an engine shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dockmon_cli.core.check_answer import FINDINGS, CheckAnswer
from dockmon_cli.core.containers import Container, base_name, identity, short_id
from dockmon_cli.core.documents import Document
from dockmon_cli.core.reference import InvalidReference, Reference
from dockmon_cli.core.swap import INCOMING_PREFIX, ROLLBACK_PREFIX

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
class FetchedName:
    """A name that an image got ahead of the update of one container.

    `identity` is that container's, empty where it is gone. `is_known` is False where this dockmon never looked for
    updates of it: then another one fetched the image.
    """

    name: str
    identity: str = ""
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class KeptImage:
    """One image under a tag of ours on one host.

    `names` are those that are dockmon's to take away, `others` the names that its user gave it. `repositories` are
    those that digests of it are known in. `records` tell for whom it was kept, `users` which containers run it,
    stopped ones too. `holders` are the containers that a rollback would return to it, `unproven` those whose
    newer image has not proven itself. `fetched` are the names that it got ahead of updates, `awaited` the containers
    that would be updated to what was so fetched, `pending` the names that operations which are not over need.
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
    unproven: tuple[str, ...] = ()
    fetched: tuple[FetchedName, ...] = ()
    awaited: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()

    @property
    def stopped_using_at(self) -> datetime | None:
        """When dockmon replaced it last; None where that is not on record."""
        return max((record.kept_at for record in self.records), default=None)

    @property
    def repository(self) -> str:
        """The repository it came from, else our own name of it."""
        if self.records:
            return self.records[0].repository
        return _repository(self.repositories[0] if self.repositories else self.names[0].rpartition(":")[0])

    @property
    def version(self) -> str | None:
        """Its version, where it is on record."""
        return next((record.version for record in self.records if record.version), None)

    @property
    def digest(self) -> str | None:
        """The digest it can be pulled by, where it is on record or the engine knows one."""
        return next((digest for digest in (*(record.digest for record in self.records), *self.digests) if digest), None)

    @property
    def prune_names(self) -> tuple[str, ...]:
        """Names that it gets before its own go: with the last tag of a repository its digests there go as well."""
        return tuple(f"{repository}:{PRUNE_TAG}{short_id(self.image_id)}" for repository in self.repositories)

    @property
    def was_only_fetched(self) -> bool:
        """True if no container of dockmon's ever ran it: it was fetched ahead, and at most its removal was begun."""
        ours = (name.startswith(INCOMING_PREFIX) or _is_prune_tag(name) for name in self.names)
        return not self.records and all(ours)

    @property
    def waiting(self) -> frozenset[str]:
        """The identities of the containers for whose updates it was fetched, as far as they are still there."""
        return frozenset(fetched.identity for fetched in self.fetched if fetched.identity)

    @property
    def spare(self) -> tuple[str, ...]:
        """The names that it was fetched under and that nothing needs any more, as long as it has another one.

        With its last name an image would go, and one that a swap under way was begun with needs all of them.
        """
        spare = tuple(fetched.name for fetched in self.fetched if fetched.is_known)
        is_needed = self.awaited or self.pending or any(base_name(user) != user for user in self.users)
        return () if is_needed or {*spare} >= {*self.names, *self.others} else spare


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside an engine's list of images.

    `records` are those of its host; `moved_there` the (image ID, reference) pairs whose tag dockmon itself made when
    it followed a newer one. `pending` are tags of operations that are not over. `unstarted` are the operations whose
    new container was never started. `answers` are the last good ones of its containers by identity, `digests` those
    that dockmon saw images come from, by their ID.
    """

    containers: Sequence[Container]
    records: Sequence[KeptRecord]
    moved_there: Collection[tuple[str, str]] = ()
    pending: Collection[str] = ()
    unstarted: Collection[str] = ()
    answers: Mapping[str, CheckAnswer] = field(default_factory=dict)
    digests: Mapping[str, Collection[str]] = field(default_factory=dict)


def kept_image(host_id: str, host: str, row: Document, around: Surroundings) -> KeptImage | None:
    """Given a row of an engine's list, return the image if dockmon keeps it, else None."""
    tags = [_plain(tag) for tag in row.get("RepoTags") or [] if "@" not in tag and "<none>" not in tag]
    names = [tag for tag in tags if is_ours(tag) or (row["Id"], normal(tag)) in around.moved_there]
    if not any(is_ours(tag) for tag in tags):
        return None
    records = tuple(record for record in around.records if record.tag in names or record.image_id == row["Id"])
    here = {container.identity: container for container in around.containers if not container.is_temporary}
    fetched = tuple(_fetched(name, around) for name in names if name.startswith(INCOMING_PREFIX))
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
        unproven=tuple(
            here[r.identity].target for r in held if r.op in around.unstarted and not _is_up(here[r.identity])
        ),
        fetched=fetched,
        awaited=tuple(c.target for c in here.values() if fetched and _would_get(c, row, around)),
        pending=tuple(name for name in names if name in around.pending),
        digests=_digests(row),
    )


def is_ours(tag: str) -> bool:
    """True for a name that dockmon gave to an image that it keeps."""
    return _plain(tag).startswith((ROLLBACK_PREFIX, INCOMING_PREFIX)) or _is_prune_tag(tag)


def _is_prune_tag(tag: str) -> bool:
    return tag.rpartition(":")[2].startswith(PRUNE_TAG)


def _fetched(name: str, around: Surroundings) -> FetchedName:
    """The name ends with the short ID of the container that it is for."""
    of = name.rpartition("-")[2]
    container = next((each for each in around.containers if short_id(each.id) == of), None)
    if container is None:
        return FetchedName(name)
    whose = identity(base_name(container.name), container.labels)
    return FetchedName(name, whose, whose in around.answers)


def _would_get(container: Container, row: Document, around: Surroundings) -> bool:
    """True if this image is what the container would be updated to, by the last good answer about it."""
    answer = around.answers.get(container.identity)
    if answer is None or answer.available is None or answer.state not in FINDINGS or container.image_id == row["Id"]:
        return False
    return answer.available.digest in (row["Id"], *_digests(row), *around.digests.get(row["Id"], ()))


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


def _digests(row: Document) -> tuple[str, ...]:
    found = (each.partition("@")[2] for each in row.get("RepoDigests") or [] if "<none>" not in each)
    return tuple(dict.fromkeys(found))


def _repository(name: str) -> str:
    """The spelling that dockmon's record has."""
    try:
        return Reference.parse(name).name
    except InvalidReference:
        return name


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
