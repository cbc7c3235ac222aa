"""What the engines' images and dockmon's own record say of the images that run."""

from __future__ import annotations

import asyncio

from dockmon_cli.core.containers import Container
from dockmon_cli.core.detect import Running, is_tagged, own_digests
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.errors import EngineError, NoSuchObject
from dockmon_cli.core.image_config import VERSION_LABEL, label
from dockmon_cli.core.reference import Reference
from dockmon_cli.ports.engine import Engine
from dockmon_cli.ports.store import CheckStore
from dockmon_cli.services.checked import Checked

FEW = 8
"""So many images of a host are inspected one by one; then it is asked for the list of all that it has."""


class Images:
    """Images within one run: each is asked about once, however many containers use it."""

    def __init__(self, store: CheckStore):
        self._store = store
        self._named: dict[str, set[str]] = {}
        self._lists: dict[str, asyncio.Task[dict[str, Document]]] = {}
        self._remembered: dict[str, dict[str, dict[str, set[str]]]] = {}
        self._asked: dict[tuple[str, str], asyncio.Task[Document | None]] = {}

    async def inspect(self, engine: Engine, image: str) -> Document | None:
        """Given an ID or a reference, return the image's document, or None where the engine has none."""
        key = (engine.host.host_id, image)
        if key not in self._asked:
            self._asked[key] = asyncio.ensure_future(_inspect(engine, image))
        return await self._asked[key]

    async def of(self, checked: Checked) -> Document | None:
        """The whole document of the image that a container runs, or None where the engine can't show it any more."""
        return await self.inspect(checked.engine, checked.container.image_id)

    async def names_and_labels(self, engine: Engine, info: EngineInfo, container: Container) -> Document | None:
        """Given a container, return its image's document, of which only names and labels may be there.

        Hundreds of inspects take long, so those come from the engine's list where that says the same: not in the
        containerd store, where what it shows of an image without a tag differs from release to release, nor in Podman.
        """
        image_id, host_id = container.image_id, engine.host.host_id
        named = self._named.setdefault(host_id, set())
        named.add(image_id)
        if len(named) > FEW and info.image_store == "graph" and not info.is_podman:
            if host_id not in self._lists:
                self._lists[host_id] = asyncio.ensure_future(_list(engine))
            image = (await self._lists[host_id]).get(image_id)
            # The list does not tell an image without labels from one without any settings.
            if image and label(image["Config"], VERSION_LABEL) == label(_settings(container), VERSION_LABEL):
                return image
        return await self.inspect(engine, image_id)

    async def running(
        self, engine: Engine, info: EngineInfo, container: Container, reference: Reference, image: Document | None
    ) -> Running:
        """Given a container, its parsed reference and its image, return what is known of that."""
        image_id, written = container.image_id, container.image
        image = image or {}
        # The name most often leads to the very image: then nobody has to be asked where it does.
        is_own = is_tagged(image.get("RepoTags") or [], reference)
        tagged = image if is_own else await self.inspect(engine, written) or {}
        containerd = info.image_store == "containerd"
        shown = own_digests(image.get("RepoDigests") or [], reference)
        tells_pulled = not containerd and not info.is_podman
        if tells_pulled:
            # The graph driver has digests only of what was pulled or pushed; pruning may take them away later.
            for digest in shown:
                self.remember(engine.host.host_id, image_id, reference.name, digest)
        known = frozenset(self._known(engine.host.host_id, image_id, reference.name))
        # A container's labels include its image's: they serve where the engine has lost the image.
        settings = image.get("Config") or _settings(container)
        return Running(
            image=written,
            image_id=image_id,
            containerd=containerd,
            digests=shown | known,
            manifest_digest=container.manifest_digest,
            version=label(settings, VERSION_LABEL) or reference.tag,
            was_pulled=bool(known) or (bool(shown) and tells_pulled),
            local_tag_image_id=tagged.get("Id"),
            local_tag_digests=own_digests(tagged.get("RepoDigests") or [], reference),
        )

    def remember(self, host_id: str, image_id: str, repository: str, digest: str) -> None:
        """Note that this image on this host came from `repository@digest`, unless that is on record."""
        known = self._known(host_id, image_id, repository)
        if digest not in known:
            self._store.remember_image(host_id, image_id, repository, digest)
            known.add(digest)

    def _known(self, host_id: str, image_id: str, repository: str) -> set[str]:
        """The digests on record; a host's are read together, the first time that one is asked for."""
        if host_id not in self._remembered:
            self._remembered[host_id] = self._store.remembered_images(host_id)
        return self._remembered[host_id].setdefault(image_id, {}).setdefault(repository, set())


def _settings(container: Container) -> Document:
    return {"Labels": container.labels}


async def _inspect(engine: Engine, image: str) -> Document | None:
    try:
        return await engine.inspect_image(image)
    except NoSuchObject:
        return None


async def _list(engine: Engine) -> dict[str, Document]:
    """All images by their ID, as an inspect would show their names and labels; those that others build on are left out.

    Empty where something before the engine keeps the list back.
    """
    try:
        return {image["Id"]: {**image, "Config": {"Labels": image.get("Labels")}} for image in await engine.tags()}
    except EngineError:
        return {}
