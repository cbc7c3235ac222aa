"""What the engines' images and dockmon's own record say of the images that run."""

from __future__ import annotations

import asyncio

from dockmon_cli.core.detect import Running, is_tagged, own_digests
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.errors import NoSuchObject
from dockmon_cli.core.image_config import VERSION_LABEL, label
from dockmon_cli.core.reference import Reference
from dockmon_cli.ports.engine import Engine
from dockmon_cli.ports.store import CheckStore


class Images:
    """Images within one run: each is inspected once, however many containers use it."""

    def __init__(self, store: CheckStore):
        self._store = store
        self._remembered: dict[str, dict[str, dict[str, set[str]]]] = {}
        self._asked: dict[tuple[str, str], asyncio.Task[Document | None]] = {}

    async def inspect(self, engine: Engine, image: str) -> Document | None:
        """Given an ID or a reference, return the image's document, or None where the engine has none."""
        key = (engine.host.host_id, image)
        if key not in self._asked:
            self._asked[key] = asyncio.ensure_future(_inspect(engine, image))
        return await self._asked[key]

    async def running(self, engine: Engine, info: EngineInfo, container: Document, reference: Reference) -> Running:
        """Given a container's inspect document and its parsed reference, return what is known of its image."""
        image_id, written = str(container["Image"]), str(container["Config"]["Image"])
        image = await self.inspect(engine, image_id) or {}
        # The name most often leads to the very image: then nobody has to be asked where it does.
        is_own = is_tagged(image.get("RepoTags") or [], reference)
        tagged = image if is_own else await self.inspect(engine, written) or {}
        containerd = info.image_store == "containerd"
        shown = own_digests(image.get("RepoDigests") or [], reference)
        if not containerd:
            # The graph driver has digests only of what was pulled or pushed; pruning may take them away later.
            for digest in shown:
                self.remember(engine.host.host_id, image_id, reference.name, digest)
        known = frozenset(self._known(engine.host.host_id, image_id, reference.name))
        # A container's labels include its image's: they serve where the engine has lost the image.
        settings = image.get("Config") or container["Config"]
        return Running(
            image=written,
            image_id=image_id,
            containerd=containerd,
            digests=shown | known,
            manifest_digest=(container.get("ImageManifestDescriptor") or {}).get("digest"),
            version=label(settings, VERSION_LABEL) or reference.tag,
            was_pulled=bool(known) or (bool(shown) and not containerd),
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


async def _inspect(engine: Engine, image: str) -> Document | None:
    try:
        return await engine.inspect_image(image)
    except NoSuchObject:
        return None
