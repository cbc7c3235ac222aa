"""What registries serve for one platform, read down from the digest that a tag answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dockmon_cli.core.detect import Running, Served
from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.image_config import VERSION_LABEL, label, same_content, settings_in
from dockmon_cli.core.manifest import Manifest
from dockmon_cli.core.platform import Platform
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.release_notes import release_notes
from dockmon_cli.ports.registry import Registry


@dataclass(frozen=True, slots=True)
class Source:
    """Where an image comes from: a reference with a tag, and whether plain http may be spoken there."""

    reference: Reference
    plain_http: bool


class ServedImages:
    """Images as registries serve them. Every method raises RegistryError where there is no usable answer."""

    def __init__(self, registry: Registry):
        self._registry = registry

    async def tag_digest(self, source: Source) -> str:
        """What the tag answers now; asked once a run."""
        return await self._registry.digest(source.reference, plain_http=source.plain_http)

    async def require(self, source: Source, digest: str) -> None:
        """Make sure that the repository still has this digest, however it is tagged."""
        await self._registry.digest(source.reference.with_digest(digest), plain_http=source.plain_http)

    async def tags(self, source: Source) -> tuple[str, ...]:
        """All tags of the repository; asked once a run."""
        return await self._registry.tags(source.reference, plain_http=source.plain_http)

    async def served(self, source: Source, digest: str, platform: Platform) -> Served:
        """What the digest, of a manifest or an index, means for a platform."""
        manifest = await self._for_platform(source, digest, platform)
        return Served(digest, manifest.digest, manifest.config_digest or "", manifest.size_bytes)

    async def described(self, source: Source, served: Served, platform: Platform) -> Served:
        """Add what the image says of itself. Raise RegistryError (unsupported) if it is for another platform."""
        config = await self.config(source, served.config_digest)
        built_for = Platform.of(config)
        if built_for is not None and not platform.matches(built_for):
            raise _not_served_for(source, platform, f" but for {built_for}")
        says = settings_in(config)
        version = label(says, VERSION_LABEL) or source.reference.tag
        return replace(served, version=version, release_notes=release_notes(says))

    async def is_same(
        self, source: Source, running: Running, image: Document | None, served: Served, platform: Platform
    ) -> bool | None:
        """Tell whether an image that only an index names is the one served; None where nobody shows it any more.

        The index it was pulled by says which manifest of the platform it is; where that is gone, contents decide.
        """
        old = await self._first_known(source, running.known_as, platform)
        if old is not None:
            return old.digest == served.platform_digest
        return None if image is None else same_content(image, await self.config(source, served.config_digest))

    async def old_settings(self, source: Source, running: Running, platform: Platform) -> Document | None:
        """The settings of an image that its engine does not show any more; None if the registry has it no longer."""
        try:
            if not running.containerd:
                return settings_in(await self.config(source, running.image_id))
            manifest = await self._first_known(source, running.known_as, platform)
            return None if manifest is None else settings_in(await self.config(source, manifest.config_digest or ""))
        except RegistryError as error:
            if error.reason != "not_found":
                raise
            return None

    async def config(self, source: Source, digest: str) -> Document:
        """A configuration blob."""
        return await self._registry.image_config(source.reference, digest, plain_http=source.plain_http)

    async def _first_known(self, source: Source, digests: tuple[str, ...], platform: Platform) -> Manifest | None:
        for digest in digests:
            try:
                return await self._for_platform(source, digest, platform)
            except RegistryError as error:
                if error.reason != "not_found":
                    raise
        return None

    async def _for_platform(self, source: Source, digest: str, platform: Platform) -> Manifest:
        manifest = await self._manifest(source, digest)
        if not manifest.is_index:
            return manifest
        entry = manifest.for_platform(platform)
        if entry is None:
            raise _not_served_for(source, platform)
        return await self._manifest(source, entry.digest)

    async def _manifest(self, source: Source, digest: str) -> Manifest:
        return await self._registry.manifest(source.reference, digest, plain_http=source.plain_http)


def _not_served_for(source: Source, platform: Platform, but: str = "") -> RegistryError:
    message = f"{source.reference.familiar} is not served for {platform}{but}"
    return RegistryError("unsupported", message, "its maker has to publish it for this platform")
