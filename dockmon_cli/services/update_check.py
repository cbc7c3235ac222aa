"""Find out for one container after the other whether what runs is what its registry serves.

Asks engines and registries and writes only dockmon's own record; nothing is pulled and no tag moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.containers import Container
from dockmon_cli.core.detect import (
    Running,
    Served,
    by_digest,
    by_manifest,
    failed_lookup,
    managed_by,
    same_platform_image,
    unknown,
    untold,
    without_lookup,
)
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.platform import Platform
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.registry_access import plain_http_allowed
from dockmon_cli.ports.clock import Clock
from dockmon_cli.ports.engine import Engine
from dockmon_cli.ports.registry import Registry
from dockmon_cli.ports.store import CheckStore
from dockmon_cli.services.images import Images
from dockmon_cli.services.served import ServedImages, Source

NOT_ASKED = CheckAnswer("unknown")
RECALLED = frozenset({"up_to_date", "update_available", "pulled", "local_image"})
"""The stored answers that a plan builds on; the other states are found out again, without asking a registry."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One container looked at: its documents, the answer, and what the registry serves where that was read.

    `image` is None where the engine can't show the running image any more, `running` and `source` where nothing
    was compared. `is_untold` says that nobody shows what runs.
    """

    container: Container
    info: EngineInfo
    inspect: Document
    image: Document | None = None
    answer: CheckAnswer = NOT_ASKED
    source: Source | None = None
    running: Running | None = None
    served: Served | None = None
    is_untold: bool = False

    @property
    def reference(self) -> Reference | None:
        """What the container was created from, where that is a reference that a registry can be asked about."""
        return self.source.reference if self.source else None

    @property
    def platform(self) -> Platform:
        """The image's own platform, or the engine's where nothing shows the image."""
        info = self.info
        return Platform.of(self.image or {}) or Platform(info.os, info.architecture, info.variant)


class Checker:
    """Checks containers within one run: images are inspected once and registries asked once, whoever uses them."""

    def __init__(self, registry: Registry, store: CheckStore, clock: Clock, insecure: Sequence[str]):
        self._served = ServedImages(registry)
        self._store = store
        self._clock = clock
        self._insecure = insecure
        self._images = Images(store)

    async def leave(self, engine: Engine, info: EngineInfo, container: Container) -> Checked:
        """Given a container whose policy is ignore, show it without a lookup."""
        inspect = await engine.inspect(container.id)
        answer = CheckAnswer("ignored", "policy", "its policy is ignore")
        return self._done(Checked(container, info, inspect, answer=answer))

    async def check(
        self, engine: Engine, info: EngineInfo, container: Container, known: CheckAnswer | None = None
    ) -> Checked:
        """Given a container of an open host, return its answer, stored too. Raise NoSuchObject if it is gone.

        With a `known` answer about what it runs now, no registry is asked about the tag again.
        """
        inspect = await engine.inspect(container.id)
        self._note_exit(container, inspect)
        written = str(inspect["Config"]["Image"])
        image = await self._images.inspect(engine, inspect["Image"])
        checked = Checked(replace(container, image=written), info, inspect, image)
        labels, image_labels = _labels(inspect), _labels(image or {})
        answer = without_lookup(
            written,
            inspect["Image"],
            manager=managed_by(labels, image_labels),
            is_local_host=engine.host.scheme == "unix",
        )
        if answer is not None:
            return self._done(replace(checked, answer=answer))
        reference = Reference.parse(written)
        source = Source(reference, plain_http_allowed(reference, info, self._insecure))
        running = await self._images.running(engine, info, inspect, reference)
        checked = replace(checked, source=source, running=running)
        if known is not None and _can_recall(known, running):
            return await self._recall(checked, source, running, known)
        return self._done(await self._ask(checked, source, running))

    async def old_settings(self, checked: Checked) -> Document | None:
        """Return the running image's settings: the engine's, else the registry's by digest, else None.

        Raise RegistryError where the registry can't tell now.
        """
        if checked.image is not None:
            return checked.image.get("Config") or {}
        if checked.source is None or checked.running is None:
            return None
        return await self._served.old_settings(checked.source, checked.running, checked.platform)

    async def _recall(self, checked: Checked, source: Source, running: Running, known: CheckAnswer) -> Checked:
        """Build on what was found out earlier; manifests and configurations are kept, so this asks nobody as a rule."""
        if known.available is None:
            return replace(checked, answer=known)
        try:
            served = await self._served.served(source, known.available.digest, checked.platform)
            served = await self._served.described(source, served, checked.platform)
        except RegistryError as error:
            return replace(checked, answer=unknown(error, running.current))
        now = by_manifest(running, served, same_image=False)
        answer = replace(now, available=known.available, kind=known.kind, checked_at=known.checked_at)
        return replace(checked, answer=answer, served=served)

    async def _ask(self, checked: Checked, source: Source, running: Running) -> Checked:
        try:
            digest = await self._served.tag_digest(source)
        except RegistryError as error:
            return replace(checked, answer=failed_lookup(running, error))
        answer = by_digest(running, digest)
        if answer is not None:
            self._remember(checked, source, digest)
            return replace(checked, answer=answer)
        try:
            return await self._compare(checked, source, running, digest)
        except RegistryError as error:
            return replace(checked, answer=unknown(error, running.current))

    async def _compare(self, checked: Checked, source: Source, running: Running, digest: str) -> Checked:
        """The digest is another one: is it another image for this platform?"""
        platform = checked.platform
        served = await self._served.served(source, digest, platform)
        same = same_platform_image(running, served)
        if same is None:
            same = await self._served.is_same(source, running, checked.image, served, platform)
        if same is None:
            return replace(checked, answer=untold(running), is_untold=True)
        if same:
            self._remember(checked, source, digest)
        else:
            served = await self._served.described(source, served, platform)
        return replace(checked, answer=by_manifest(running, served, same_image=same), served=served)

    def _remember(self, checked: Checked, source: Source, digest: str) -> None:
        """The registry confirmed that this digest is what runs: the next check needs no manifest to know."""
        self._store.remember_image(checked.container.host_id, checked.inspect["Image"], source.reference.name, digest)

    def _note_exit(self, container: Container, inspect: Document) -> None:
        state = inspect["State"]
        if state.get("Status") == "exited":
            self._store.note_exit(container.host_id, container.identity, container.id, int(state["ExitCode"]))

    def _done(self, checked: Checked) -> Checked:
        now, container = self._clock.now(), checked.container
        answer = replace(checked.answer, checked_at=now, image=container.image, image_id=checked.inspect["Image"])
        if answer.available and checked.reference:
            seen = self._store.first_seen(checked.reference.name, answer.available.digest, now)
            answer = replace(answer, available=replace(answer.available, first_seen_at=seen))
        self._store.save_answer(container.host_id, container.identity, answer)
        return replace(checked, answer=answer)


def _can_recall(known: CheckAnswer, running: Running) -> bool:
    """Tell whether a stored answer still holds for what runs now."""
    if known.state not in RECALLED or not known.is_about(running.image, running.image_id):
        return False
    return known.image_id is not None or known.current.digest is None or running.is_served_as(known.current.digest)


def _labels(document: Document) -> dict[str, str]:
    return (document.get("Config") or {}).get("Labels") or {}
