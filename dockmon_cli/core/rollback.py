"""Which image a rollback returns to: decided from the journal and what runs now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dockmon_cli.core.create_spec.build import COMPOSE_IMAGE
from dockmon_cli.core.errors import Ambiguous, NotFound
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.recovery import begun
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.core.swap_group import readable

LEAST_DIGITS = 4
"""Fewer hexadecimal digits of a digest than these are a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Previous:
    """An image that a container ran once: the reference it was created from, and all it is known by.

    `digest` is None where nobody knew it: then the image can't be pulled again. `platform_digest` is the manifest of
    its platform, where a label of compose told it, `also` are further digests that a registry may serve it by.
    """

    image: str
    image_id: str
    digest: str | None
    version: str | None = None
    platform_digest: str | None = None
    also: tuple[str, ...] = ()

    @property
    def digests(self) -> tuple[str, ...]:
        """All that it may be pulled by, the likeliest first."""
        return tuple(dict.fromkeys(digest for digest in (self.digest, *self.also) if digest))

    @property
    def repository(self) -> str:
        """Registry and repository, to pull from."""
        return Reference.parse(self.image).name


@dataclass(frozen=True, slots=True)
class NoPrevious:
    """Why there is nothing to return to, and what to do about it."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """One operation on the container: what it ran before, and after if it went well."""

    op: str
    before: Previous
    after: Previous
    is_done: bool
    is_rollback: bool = False

    @property
    def changed(self) -> bool:
        """True if the operation went well and put another image in place."""
        return self.is_done and self.before.image_id != self.after.image_id


def past_of(rows: Sequence[Operation], identity: str) -> list[Past]:
    """Given journal rows, the newest first, return what those that can be read say of one container."""
    return [past for row in rows if (past := _past(row, identity))]


def _past(row: Operation, identity: str) -> Past | None:
    group = readable(row.plan)
    if group is None:
        return None
    place = next((place for place, member in enumerate(group.members) if member.identity == identity), None)
    if place is None or not (plan := group.members[place]).is_update:
        return None
    after = Previous(plan.image, plan.new_image_id, plan.digest or None, plan.new.version)
    # A member whose new one was lost runs its old image again, though the operation went well.
    is_done = row.result == "updated" and "recreate_old" not in begun(row.of(group.container(place)))
    return Past(row.op, _before(plan), after, is_done, plan.purpose == "rollback")


def _before(plan: SwapPlan) -> Previous:
    said = (plan.old_spec.body.get("Labels") or {}).get(COMPOSE_IMAGE)
    platform = said if said != plan.old_image_id else None
    return Previous(plan.written, plan.old_image_id, plan.old.digest, plan.old.version, platform, plan.left)


def choose(past: Sequence[Past], runs: str, to: str | None) -> Previous | NoPrevious:
    """Given what happened to a container, the newest first, and the ID of the image it runs, return the image to go to.

    Without `to` that is the one before the last update. `to` is an operation (or how it begins): what ran before it;
    or a digest, whole or its beginning. Raise NotFound or Ambiguous where `to` names nothing, or several images.
    """
    return _before_last(past, runs) if to is None else _named(past, to)


def remark(past: Sequence[Past], chosen: Previous) -> str:
    """Return what to say of going to this image: that it is the one it was rolled back from last, else nothing."""
    left = next((each for each in past if each.changed and each.before.image_id == chosen.image_id), None)
    return f"returns to the image that {left.op} rolled it back from" if left and left.is_rollback else ""


def _before_last(past: Sequence[Past], runs: str) -> Previous | NoPrevious:
    last = next((each for each in past if each.changed), None)
    if last is None:
        return NoPrevious("dockmon never updated it, so it knows no image from before")
    if last.after.image_id != runs:
        return NoPrevious(
            f"somebody else recreated it since dockmon updated it last ({last.op})",
            f"say what to return to: --to {last.op} is what ran before that update; `dockmon update history` lists all",
        )
    return last.before


def _named(past: Sequence[Past], to: str) -> Previous:
    by_op = {each.op: each.before for each in past if to and each.op.startswith(to)}
    images = [image for each in past for image in (each.after, each.before) if to and _is_called(image, to)]
    found = [by_op[to]] if to in by_op else [*by_op.values(), *images]
    if not found:
        hint = "`dockmon update history` lists operations, with -o wide their digests too"
        raise NotFound(f"no operation or image of it is called {to}", hint, target=to)
    if len(by_op) > 1 or len({image.image_id for image in found}) > 1:
        raise Ambiguous(f"{to} could be several operations or images of it", "give more of it", target=to)
    return found[0]


def _is_called(image: Previous, to: str) -> bool:
    digits = to.removeprefix("sha256:")
    if len(digits) < LEAST_DIGITS:
        return False
    return any(known.removeprefix("sha256:").startswith(digits) for known in (image.digest, image.image_id) if known)
