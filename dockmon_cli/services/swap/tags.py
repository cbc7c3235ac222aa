"""The names of images during a swap: the user's tag, lent to the new image for the create, and our own.

The successor has to be created from the reference its user wrote, and `docker compose up` must find the tag where
it was until the new container is proven. So the tag is lent for the moment of the create, by one at a time. A newer
version has a tag of its own: that one is lent and moved in the same way, and the one that the user wrote stays.
"""

from __future__ import annotations

from contextlib import AsyncExitStack, suppress

from dockmon_cli.core.errors import Conflict, NoSuchObject
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.core.swap_failure import Contended, StepFailed
from dockmon_cli.ports.engine import Engine
from dockmon_cli.ports.lock import Leases, tag_lease
from dockmon_cli.services.journal import MemberRecorder

TAG_WAIT_S = 60.0


class SwapTags:
    """The user's tag and our own names for one swap."""

    def __init__(self, engine: Engine, plan: SwapPlan, recorder: MemberRecorder, leases: Leases):
        self._engine = engine
        self._plan = plan
        self._recorder = recorder
        self._leases = leases
        self._lease = AsyncExitStack()
        self._is_held = False

    async def close(self) -> None:
        """Give up the lease of the tag, if it is held."""
        self._is_held = False
        await self._lease.aclose()

    async def keep(self) -> None:
        """Give both images names of ours, so that nobody prunes them. An old one that is gone already gets none."""
        try:
            await self._engine.tag(self._plan.new_image_id, self._plan.keep_new)
        except NoSuchObject as error:
            message = "what was pulled was removed before it could be kept (by `docker image prune`?): run it again"
            raise StepFailed("pull_failed", message) from error
        if await self.image_id(self._plan.old_image_id):
            await self._engine.tag(self._plan.old_image_id, self._plan.keep_old)

    @property
    def lent(self) -> str:
        """The reference whose tag is lent, or would be."""
        return self._recorder.operation.facts.get("tag_name") or self._plan.image

    async def lend(self, name: str, keep: str, image_id: str) -> None:
        """Let the tag of the reference `name` show the image `image_id`, to which our `keep` leads, until `give_back`.

        What it shows is asked under its lease: before, somebody else may have lent it.
        """
        await self._take(name)
        was = await self.image_id(name)
        self._recorder.fact(tag_name=name, tag_was=was, tag_lent=image_id)
        if was != image_id and not await self._shows(name, keep, image_id):
            raise StepFailed("create_failed", f"the image {image_id[:19]} was removed meanwhile")

    async def give_back(self) -> None:
        """Put the tag where it was. Recovery does it only where nobody else has moved the tag meanwhile."""
        await self._take(self.lent)
        facts = self._recorder.operation.facts
        was, lent = facts.get("tag_was", ""), facts.get("tag_lent", "")
        if was != lent:
            await self._put_back(was)
        self._recorder.note_fact(tag_lent="")
        await self.close()

    async def _put_back(self, was: str) -> None:
        """Where the image that it showed was pruned meanwhile, the tag goes: it was to show no other."""
        keep = self._plan.keep_old if was == self._plan.old_image_id else was
        if not was or not await self._shows(self.lent, keep, was):
            await self._engine.untag(self.lent)

    async def _shows(self, tag: str, keep: str, image_id: str) -> bool:
        """Let a tag show an image; False where there is none any more.

        Where the store lists an image by its names alone, ours is the one that still leads to it.
        """
        for name in dict.fromkeys((keep, image_id)):
            with suppress(NoSuchObject):
                await self._engine.tag(name, tag)
                return True
        return False

    async def move(self) -> None:
        """Move the tag to the new image for good, unless somebody else has moved it meanwhile."""
        await self._take(self._plan.image)
        shown = await self.image_id(self._plan.image)
        if shown in ("", self._recorder.operation.facts.get("tag_was", "")):
            await self._shows(self._plan.image, self._plan.keep_new, self._plan.new_image_id)
        await self.close()

    async def drop_new(self, *, in_use: bool) -> None:
        """Drop our name of the new image."""
        await self._drop(self._plan.keep_new, in_use=in_use)

    async def drop_old(self) -> None:
        """Drop our name of the old image, whose container is there again."""
        await self._drop(self._plan.keep_old, in_use=True)

    async def _drop(self, name: str, *, in_use: bool) -> None:
        """The last name of an image in use stays: without it one store removes the image, and the other refuses."""
        try:
            image = await self._engine.inspect_image(name)
            others = [tag for tag in image.get("RepoTags") or [] if not str(tag).endswith(name)]
            if others or not in_use:
                await self._engine.untag(name)
        except (NoSuchObject, Conflict):
            return

    async def image_id(self, image: str) -> str:
        """What a name or ID leads to, or an empty text where there is no such image."""
        try:
            return str((await self._engine.inspect_image(image))["Id"])
        except NoSuchObject:
            return ""

    async def _take(self, name: str) -> None:
        if self._is_held:
            return
        lease = tag_lease(self._plan.host_id, name)
        self._is_held = await self._lease.enter_async_context(self._leases.hold(lease, deadline_s=TAG_WAIT_S))
        if not self._is_held:
            await self._lease.aclose()
            message = f"another update has kept the tag {name} for {TAG_WAIT_S:.0f} s"
            raise Contended(message)
