"""Find out for one container after the other whether what runs is what its registry serves.

Asks engines and registries and writes only dockmon's own record; nothing is pulled and no tag moves. The engine's list
tells all about a container that an answer needs, so none is inspected, but for those whose tag has moved since.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.containers import Container
from dockmon_cli.core.detect import Running, by_manifest, managed_by, unknown, without_lookup
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.registry_access import plain_http_allowed
from dockmon_cli.core.tag_candidates import EXACT, Tracking
from dockmon_cli.ports.clock import Clock
from dockmon_cli.ports.engine import Engine
from dockmon_cli.ports.registry import Registry
from dockmon_cli.ports.store import CheckStore
from dockmon_cli.services.checked import Checked
from dockmon_cli.services.images import Images
from dockmon_cli.services.served import ServedImages, Source
from dockmon_cli.services.update_lookup import Lookups

RECALLED = frozenset({"up_to_date", "update_available", "pulled", "local_image"})
"""The stored answers that a plan builds on; the other states are found out again, without asking a registry."""


class Checker:
    """Checks containers within one run: images are inspected once and registries asked once, whoever uses them."""

    def __init__(self, registry: Registry, store: CheckStore, clock: Clock, insecure: Sequence[str]):
        self._served = ServedImages(registry)
        self._store = store
        self._clock = clock
        self._insecure = insecure
        self._images = Images(store)
        self._lookups = Lookups(self._served, self._images)
        self._answers: dict[tuple[str, str], CheckAnswer] = {}

    def leave(self, engine: Engine, info: EngineInfo, container: Container) -> Checked:
        """Given a container whose policy is ignore, show it without a lookup."""
        answer = CheckAnswer("ignored", "policy", "its policy is ignore")
        return self._done(Checked(container, engine, info, answer=answer))

    async def check(
        self,
        engine: Engine,
        info: EngineInfo,
        container: Container,
        tracking: Tracking = EXACT,
        known: CheckAnswer | None = None,
    ) -> Checked:
        """Given a container of an open host, with its image as written, return its answer, which `keep` stores.

        With a `known` answer about what it runs and follows now, no registry is asked about tags again.
        """
        looking = self.looked_at(engine, info, container, tracking)
        if known is None:
            _, checked = await asyncio.gather(self._ahead(engine, info, container, tracking), looking)
        else:
            checked = await looking
        source, running = checked.source, checked.running
        if source is None or running is None:
            return self._done(checked)
        if known is not None and _can_recall(known, running, tracking):
            return await self._recall(checked, source, running, known)
        return self._done(await self._lookups.ask(checked, source, running))

    async def _ahead(self, engine: Engine, info: EngineInfo, container: Container, tracking: Tracking) -> None:
        """Ask the registry while the engine is still being asked, where the list alone shows that it will be.

        Where a label says that somebody else looks after it, only the image tells whether it is the container's own.
        """
        if self._settled(engine, info, container, managed_by(container.labels, {})) is None:
            await self._lookups.ahead(self._source(info, container.image), tracking)

    async def looked_at(
        self, engine: Engine, info: EngineInfo, container: Container, tracking: Tracking = EXACT
    ) -> Checked:
        """Look at what it runs without asking a registry; it has an answer only where none can be asked."""
        self._note_exit(container)
        image = await self._images.names_and_labels(engine, info, container)
        checked = Checked(container, engine, info, tracking)
        image_labels = ((image or {}).get("Config") or {}).get("Labels") or {}
        answer = self._settled(engine, info, container, managed_by(container.labels, image_labels))
        if answer is not None:
            return replace(checked, answer=answer)
        source = self._source(info, container.image)
        running = await self._images.running(engine, info, container, source.reference, image)
        return replace(checked, source=source, running=running)

    def keep(self) -> None:
        """Store the answers of this run, together: each on its own would wait for the disk."""
        self._store.save_answers(self._answers)
        self._answers.clear()

    async def old_settings(self, checked: Checked) -> Document | None:
        """Return the running image's settings: the engine's, else the registry's by digest, else None.

        Raise RegistryError where the registry can't tell now.
        """
        image = await self._images.of(checked)
        if image is not None:
            return image.get("Config") or {}
        if checked.source is None or checked.running is None:
            return None
        return await self._served.old_settings(checked.source, checked.running, checked.platform(image))

    async def _recall(self, checked: Checked, source: Source, running: Running, known: CheckAnswer) -> Checked:
        """Build on what was found out earlier; manifests and configurations are kept, so this asks nobody as a rule."""
        if known.available is None:
            return replace(checked, answer=known)
        platform = checked.platform(await self._images.of(checked))
        try:
            served = await self._served.served(source, known.available.digest, platform)
            served = await self._served.described(source, served, platform)
        except RegistryError as error:
            return replace(checked, answer=unknown(error, running.current))
        is_own_tag = known.available.image == running.image
        now = by_manifest(running, served, same_image=False) if is_own_tag else known
        answer = replace(now, available=known.available, kind=known.kind, checked_at=known.checked_at)
        return replace(checked, answer=answer, served=served)

    def _settled(
        self, engine: Engine, info: EngineInfo, container: Container, manager: str | None
    ) -> CheckAnswer | None:
        return without_lookup(
            container.image,
            container.image_id,
            manager=manager,
            is_local_host=engine.host.scheme == "unix",
            is_podman=info.is_podman,
        )

    def _source(self, info: EngineInfo, image: str) -> Source:
        reference = Reference.parse(image)
        return Source(reference, plain_http_allowed(reference, info, self._insecure))

    def _note_exit(self, container: Container) -> None:
        if container.status == "exited" and container.exit_code is not None:
            self._store.note_exit(container.host_id, container.identity, container.id, container.exit_code)

    def _done(self, checked: Checked) -> Checked:
        now, container = self._clock.now(), checked.container
        answer = replace(
            checked.answer,
            checked_at=now,
            image=container.image,
            image_id=container.image_id,
            tracking=str(checked.tracking),
        )
        if answer.available and checked.reference:
            seen = self._store.first_seen(checked.reference.name, answer.available.digest, now)
            answer = replace(answer, available=replace(answer.available, first_seen_at=seen))
        self._answers[container.host_id, container.identity] = answer
        return replace(checked, answer=answer)


def _can_recall(known: CheckAnswer, running: Running, tracking: Tracking) -> bool:
    """Tell whether a stored answer still holds for what runs now."""
    if known.state not in RECALLED or not known.is_about(running.image, running.image_id, str(tracking)):
        return False
    return known.image_id is not None or known.current.digest is None or running.is_served_as(known.current.digest)
