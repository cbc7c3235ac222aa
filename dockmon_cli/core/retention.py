"""Which of the images that dockmon keeps may go.

The number and the age are measured from when dockmon stopped using an image, not from when it was built or pulled.
One that was fetched ahead of an update and never ran goes as soon as no container would be updated to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dockmon_cli.core.kept_image import KeptImage
from dockmon_cli.core.text import age, duration_text

Reason = Literal[
    "in_use", "tagged", "not_recorded", "unproven", "fetched", "rollback_image", "newest", "min_age",
    "retention", "superseded",
]  # fmt: skip
"""The last two are those of images that go."""
Rule = tuple[bool, Reason, str]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many images of a repository are kept on a host, and for how long at least (seconds)."""

    keep: int
    min_age_s: float


DEFAULT_LIMITS = Limits(1, 7 * 86400.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """One image, whether it goes, and why or why not."""

    image: KeptImage
    goes: bool
    reason: Reason
    message: str


def judge(images: Sequence[KeptImage], limits: Limits, now: datetime) -> list[Judged]:
    """Given all images that dockmon keeps, return the decision about each, by host, repository, the newest first."""
    newest_first = sorted(images, key=_turn)
    return [_judged(image, _rank(image, newest_first), limits, now) for image in newest_first]


def _turn(image: KeptImage) -> tuple[str, str, float, str]:
    at = image.stopped_using_at
    return image.host, image.repository, -at.timestamp() if at else 0.0, image.image_id


def _rank(image: KeptImage, newest_first: Sequence[KeptImage]) -> int:
    """How many of its repository dockmon stopped using later, those left out that run again."""
    place = (image.host_id, image.repository)
    same = [each for each in newest_first if (each.host_id, each.repository) == place and each.records]
    return sum(not each.users for each in same[: same.index(image)]) if image in same else 0


def _judged(image: KeptImage, rank: int, limits: Limits, now: datetime) -> Judged:
    """The first rule that applies decides."""
    kept = _first(_always_kept(image))
    if kept is None and image.was_only_fetched:
        return Judged(image, True, "superseded", "it was fetched ahead, and nothing here would be updated to it now")
    kept = kept or _first(_kept_for_now(image, rank, limits, now))
    if kept is None:
        return Judged(image, True, "retention", f"unused for {age(_unused_s(image, now))}")
    reason, text = kept
    spare = "; a name that it was fetched under goes" if image.spare else ""
    return Judged(image, False, reason, text + spare)


def _first(rules: Iterable[Rule]) -> tuple[Reason, str] | None:
    return next(((reason, text) for applies, reason, text in rules if applies), None)


def _always_kept(image: KeptImage) -> tuple[Rule, ...]:
    is_foreign = any(not fetched.is_known for fetched in image.fetched)
    return (
        (bool(image.users), "in_use", f"{', '.join(image.users)} {_verb(image.users)} made from it"),
        (bool(image.others), "tagged", f"it is also called {', '.join(image.others)}"),
        (bool(image.pending), "unproven", "an update that needs it is not over"),
        (bool(image.unproven), "unproven", f"what replaced it in {', '.join(image.unproven)} is not proven"),
        (bool(image.awaited), "fetched", f"it was fetched ahead for {', '.join(image.awaited)}"),
        (is_foreign, "not_recorded", "this dockmon did not fetch it; another one may need it"),
    )


def _kept_for_now(image: KeptImage, rank: int, limits: Limits, now: datetime) -> tuple[Rule, ...]:
    """Without `keep` nobody wants a way back from what is proven."""
    unused_s = _unused_s(image, now)
    return (
        (not image.records, "not_recorded", "this dockmon has no record of it; another one may need it"),
        (
            limits.keep > 0 and bool(image.holders),
            "rollback_image",
            f"{', '.join(image.holders)} would be rolled back to it",
        ),
        (rank < limits.keep, "newest", f"the {limits.keep} newest of a repository are kept"),
        (
            unused_s < limits.min_age_s,
            "min_age",
            f"unused for {age(unused_s)}, kept for {duration_text(limits.min_age_s)}",
        ),
    )


def _unused_s(image: KeptImage, now: datetime) -> float:
    since = image.stopped_using_at
    return (now - since).total_seconds() if since else 0.0


def _verb(users: Sequence[str]) -> str:
    return "is" if len(users) == 1 else "are"
