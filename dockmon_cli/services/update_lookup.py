"""Ask a registry what it serves in place of what a container runs: newer tags, where its track wants them, go first."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from dockmon_cli.core.detect import (
    Running,
    by_digest,
    by_manifest,
    by_newer_tag,
    failed_lookup,
    same_platform_image,
    unknown,
    untold,
)
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.reference import DEFAULT_TAG
from dockmon_cli.core.tag_candidates import Tracking, candidates, needs_list, why_none
from dockmon_cli.services.checked import NOT_ASKED, Checked
from dockmon_cli.services.images import Images
from dockmon_cli.services.served import ServedImages, Source

NOT_OFFERED = frozenset({"unsupported", "not_found"})
"""Why a newer tag is passed over for the next lower one: it has nothing for this platform, or is gone by now."""


class Lookups:
    """Lookups within one run: each tag and each list of tags is asked for once, whoever uses it."""

    def __init__(self, served: ServedImages, images: Images):
        self._served = served
        self._images = images

    async def ahead(self, source: Source, tracking: Tracking) -> None:
        """Ask already what `ask` will ask first in any case; it is asked once, and told there, whatever comes of it."""
        with suppress(RegistryError):
            if not await self._tags(source, tracking):
                await self._served.tag_digest(source)

    async def ask(self, checked: Checked, source: Source, running: Running) -> Checked:
        """A newer tag goes before a new digest of the own one; without the list of tags nobody knows."""
        try:
            tags = await self._tags(source, checked.tracking)
            newer = await self._newer(checked, source, running, tags)
        except RegistryError as error:
            own = NOT_ASKED if running.was_pulled else (await self._ask_tag(checked, source, running)).answer
            return replace(checked, answer=own if own.state == "local_image" else unknown(error, running.current))
        if newer is not None:
            return newer
        own_tag = await self._ask_tag(checked, source, running)
        if own_tag.answer.state != "up_to_date":
            return own_tag
        reason = why_none(source.reference.tag or "", tags, checked.tracking)
        return replace(own_tag, answer=replace(own_tag.answer, reason=reason))

    async def _tags(self, source: Source, tracking: Tracking) -> tuple[str, ...]:
        """The tags to choose among."""
        if tracking.track == "latest":
            return (DEFAULT_TAG,)
        return await self._served.tags(source) if needs_list(source.reference.tag or "", tracking) else ()

    async def _newer(self, checked: Checked, source: Source, running: Running, tags: tuple[str, ...]) -> Checked | None:
        """The answer that the best tag gives which has anything for this platform; None if no tag is better."""
        if not tags:
            return None
        own = source.reference.tag or ""
        better = candidates(own, tags, checked.tracking) if checked.tracking.track != "latest" else set(tags) - {own}
        for tag in better:
            target = replace(source, reference=source.reference.with_tag(tag))
            try:
                found = await self._offered(checked, target, running, tag)
            except RegistryError as error:
                if error.reason not in NOT_OFFERED:
                    raise
                continue
            if found is not None:
                return found
        return None

    async def _offered(self, checked: Checked, target: Source, running: Running, tag: str) -> Checked | None:
        digest = await self._served.tag_digest(target)
        same = by_digest(running, digest)
        found = replace(checked, answer=same) if same else await self._compare(checked, target, running, digest)
        if found.answer.available is None or found.served is None:
            return found
        answer = by_newer_tag(running, found.served, tag)
        return None if answer is None else replace(found, answer=answer)

    async def _ask_tag(self, checked: Checked, source: Source, running: Running) -> Checked:
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
        image = await self._images.of(checked)
        platform = checked.platform(image)
        served = await self._served.served(source, digest, platform)
        same = same_platform_image(running, served)
        if same is None:
            same = await self._served.is_same(source, running, image, served, platform)
        if same is None:
            return replace(checked, answer=untold(running), is_untold=True)
        if same:
            self._remember(checked, source, digest)
        else:
            served = await self._served.described(source, served, platform)
        return replace(checked, answer=by_manifest(running, served, same_image=same), served=served)

    def _remember(self, checked: Checked, source: Source, digest: str) -> None:
        """The registry confirmed that this digest is what runs: the next check needs no manifest to know."""
        self._images.remember(checked.container.host_id, checked.container.image_id, source.reference.name, digest)
