"""Is what runs what the registry serves? Decided in three stages, each from facts already gathered.

1. `without_lookup`: some containers are settled before any registry is asked.
2. `by_digest`: the tag's digest is one of those that the running image is known by.
3. `by_manifest`: the digest differs, which is an update only if this platform's image differs; `by_newer_tag` is
   the same for a tag that the container does not run yet.

A stage that can't tell returns None and the next one is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dockmon_cli.core.check_answer import Available, CheckAnswer, Current
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.reference import InvalidReference, Reference, looks_like_image_id, retagged
from dockmon_cli.core.tag_version import parse
from dockmon_cli.core.versions import difference, is_older, step

MANAGERS: tuple[tuple[str, str], ...] = (
    ("com.docker.swarm.task.id", "a swarm task"),
    ("io.kubernetes.pod.name", "Kubernetes"),
    ("PODMAN_SYSTEMD_UNIT", "systemd through Podman"),
    ("supervisor_managed", "the Home Assistant supervisor"),
    ("io.hass.type", "the Home Assistant supervisor"),
)


@dataclass(frozen=True, slots=True)
class Running:
    """What a container runs. `image` is the reference as the user wrote it.

    `digests` are those of the reference's own repository only, from the engine and from dockmon's own record
    (the graph driver's `docker tag` copies carry another repository's). `manifest_digest` is this platform's
    manifest where the engine names it. `was_pulled` is False while nothing shows that a registry ever served it.
    `local_tag` is what the tag resolves to on the host now: image ID and the digests of its own repository.
    """

    image: str
    image_id: str
    containerd: bool
    digests: frozenset[str] = frozenset()
    manifest_digest: str | None = None
    version: str | None = None
    was_pulled: bool = False
    local_tag_image_id: str | None = None
    local_tag_digests: frozenset[str] = frozenset()

    @property
    def known_as(self) -> tuple[str, ...]:
        """The digests that a registry may serve it by, the likeliest first."""
        # In the containerd store an image's ID is the digest that it was pulled by.
        own = (self.image_id, self.manifest_digest) if self.containerd else ()
        return tuple(dict.fromkeys(digest for digest in (*own, *sorted(self.digests)) if digest))

    @property
    def current(self) -> Current:
        """The side of the answer that tells what runs."""
        return Current(next(iter(self.known_as), None), self.version)

    def is_served_as(self, digest: str) -> bool:
        """True if the running image is the one this digest names, as far as digests tell."""
        return digest in self.known_as

    def tag_moved_to(self, served: Served) -> bool:
        """True if the local tag points away from what runs, to the image that is served."""
        moved = self.local_tag_image_id not in (None, self.image_id)
        by_id = served.digest if self.containerd else served.config_digest
        return moved and (served.digest in self.local_tag_digests or self.local_tag_image_id == by_id)


@dataclass(frozen=True, slots=True)
class Served:
    """What the registry serves for this platform.

    `digest` is what the tag answers, `platform_digest` this platform's manifest, `size_bytes` its layers as pulled.
    """

    digest: str
    platform_digest: str
    config_digest: str
    size_bytes: int = 0
    version: str | None = None
    release_notes: str | None = None


def managed_by(labels: Mapping[str, str], image_labels: Mapping[str, str]) -> str | None:
    """Given the labels of a container and of its image, return who else looks after it, or None.

    Only the container's own labels count: an image made for Home Assistant may be run by anybody.
    """
    own = {name: value for name, value in labels.items() if image_labels.get(name) != value}
    if own.get("com.docker.compose.oneoff", "").lower() == "true":
        return "a compose one-off run"
    return next((who for label, who in MANAGERS if label in own), None)


def own_digests(repo_digests: list[str], reference: Reference) -> frozenset[str]:
    """Given an image's RepoDigests, return those of the reference's own repository."""
    return frozenset(
        ref.digest for ref in map(_parsed, repo_digests) if ref and ref.digest and ref.name == reference.name
    )


def is_tagged(repo_tags: list[str], reference: Reference) -> bool:
    """Given an image's RepoTags, tell whether the reference is one of its names on that host."""
    return reference in map(_parsed, repo_tags)


def _parsed(text: str) -> Reference | None:
    try:
        return Reference.parse(text)
    except InvalidReference:
        return None


def without_lookup(
    image: str, image_id: str, *, manager: str | None, is_local_host: bool, is_podman: bool
) -> CheckAnswer | None:
    """Given what a container was created from and who else manages it, settle what no registry can answer."""
    if manager:
        return CheckAnswer("ignored", "managed_by", f"looked after by {manager}")
    if looks_like_image_id(image, image_id):
        return CheckAnswer("pinned", "image_id", "created from an image ID")
    try:
        reference = Reference.parse(image)
    except InvalidReference as error:
        return CheckAnswer("unknown", "unsupported", str(error), hint="recreate it from an image with a name and a tag")
    if reference.digest:
        return CheckAnswer("pinned", "digest", "created from a digest", Current(reference.digest, reference.tag))
    return _at_home(reference, is_local_host=is_local_host, is_podman=is_podman)


def _at_home(reference: Reference, *, is_local_host: bool, is_podman: bool) -> CheckAnswer | None:
    """The answer about a reference that leads to its engine's own machine, where that can't be asked."""
    if is_podman and reference.registry == "localhost":
        return CheckAnswer("local_image", message="built on its host: that is what Podman means by localhost/")
    if reference.is_loopback and not is_local_host:
        why = f"{reference.registry} is the engine's own registry and can't be asked from here"
        return CheckAnswer("unknown", "unsupported", why, hint="run dockmon on that host, or name the registry by DNS")
    return None


def by_digest(running: Running, digest: str) -> CheckAnswer | None:
    """Given what the tag answers, settle the case that it is what runs."""
    return CheckAnswer("up_to_date", current=Current(digest, running.version)) if running.is_served_as(digest) else None


def by_manifest(running: Running, served: Served, *, same_image: bool) -> CheckAnswer:
    """Given what is served for this platform and whether it is what runs, give the answer."""
    if same_image:
        return CheckAnswer("up_to_date", current=Current(served.digest, running.version))
    available = Available(running.image, served.digest, served.version)
    kind = difference(running.version, served.version)
    if running.tag_moved_to(served):
        return CheckAnswer("pulled", current=running.current, available=available, kind=kind)
    return CheckAnswer("update_available", current=running.current, available=available, kind=kind)


def by_newer_tag(running: Running, served: Served, tag: str) -> CheckAnswer | None:
    """Given what another tag of the repository serves, which is not what runs, give the answer that offers it.

    Tags tell how big the step is; where one of them is no version (`latest`), what the images say of themselves
    does, and None means that it would be a downgrade.
    """
    old_tag = Reference.parse(running.image).tag or ""
    before, after = parse(old_tag, by_calendar=True), parse(tag, by_calendar=True)
    current, version = running.current, served.version
    if before and after:
        kind = step(before.numbers, after.numbers)
        kind = "patch" if kind == "digest" else kind
        if version == current.version:
            # Many images carry the version of the image that they are built from.
            current, version = replace(current, version=old_tag), tag
    elif is_older(version, current.version):
        return None
    else:
        kind = difference(current.version, version)
    available = Available(retagged(running.image, tag), served.digest, version)
    return CheckAnswer("update_available", current=current, available=available, kind=kind)


def same_platform_image(running: Running, served: Served) -> bool | None:
    """Tell whether the platform's image is the one that runs; None where the engine names neither of its digests."""
    if not running.containerd:
        return running.image_id == served.config_digest
    if running.manifest_digest:
        return running.manifest_digest == served.platform_digest
    return None


def failed_lookup(running: Running, error: RegistryError) -> CheckAnswer:
    """Given why a registry did not tell what a tag is: one that never knew the image means a local image."""
    if error.reason == "not_found" and not running.was_pulled:
        return CheckAnswer("local_image", message="no registry knows it and dockmon never saw it pulled")
    return unknown(error, running.current)


def unknown(error: RegistryError, current: Current) -> CheckAnswer:
    """Given why a registry's answers do not suffice, return the answer that nobody knows."""
    return CheckAnswer("unknown", error.reason, error.message, current, hint=error.hint)


def untold(running: Running) -> CheckAnswer:
    """Return the answer where nobody can show what runs, so that nothing can be compared with it."""
    why = f"neither the engine nor the registry of {running.image} has the image that runs any more"
    hint = "recreate the container from its tag once, as you made it; dockmon can tell from then on"
    return CheckAnswer("unknown", "not_found", why, running.current, hint=hint)
