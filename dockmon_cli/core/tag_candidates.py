"""Which tags of a repository a container may move to, decided from the tag that runs and the track it follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, get_args

from dockmon_cli.core.tag_version import TagVersion, may_be_by_calendar, numbered_by_calendar, parse

Track = Literal["exact", "patch", "minor", "major", "latest"]
TRACKS: tuple[Track, ...] = get_args(Track)
NOT_A_VERSION = "not_a_version"

# How many leading numbers have to stay: with four of them a patch is all after the second.
_FIXED: dict[Track, int] = {"patch": 2, "minor": 1, "major": 0}


@dataclass(frozen=True, slots=True)
class Tracking:
    """What a container follows: a track, globs on tags (none of `include` takes all), pre-releases or not."""

    track: Track = "exact"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    prerelease: bool = False

    @property
    def by_version(self) -> bool:
        """True for the tracks that look for newer versions."""
        return self.track in _FIXED

    def allows(self, tag: str) -> bool:
        """Tell whether the globs let a tag through."""
        included = not self.include or any(fnmatchcase(tag, glob) for glob in self.include)
        return included and not any(fnmatchcase(tag, glob) for glob in self.exclude)

    def __str__(self) -> str:
        """All of it in one text, the same for the same meaning."""
        globs = (("include", self.include), ("exclude", self.exclude))
        words = (f"{name}={','.join(sorted(set(values)))}" for name, values in globs if values)
        return " ".join((self.track, *words, *(("prerelease",) if self.prerelease else ())))


EXACT = Tracking()
"""What holds where nobody says anything: the digest of the own tag alone."""


def needs_list(tag: str, tracking: Tracking) -> bool:
    """Tell whether the repository's tags could offer anything; without, its registry need not be asked for them.

    A tag that is no version has no newer one, and one with fewer numbers than the track keeps (`patch` on `1.2`)
    moves by itself already.
    """
    if not tracking.by_version:
        return False
    version = parse(tag)
    return may_be_by_calendar(tag) if version is None else _reaches(version, tracking)


def why_none(tag: str, tags: Iterable[str], tracking: Tracking) -> str | None:
    """Given a tag, its repository's tags as far as they were asked for, and the track, say why nothing can be newer.

    That is `not_a_version`, or None where it is a version, or where no version is looked for.
    """
    return NOT_A_VERSION if tracking.by_version and _version(tag, [*tags, tag]) is None else None


def candidates(tag: str, tags: Collection[str], tracking: Tracking) -> tuple[str, ...]:
    """Given the tag that runs and all tags of its repository, return those to move to, the best first.

    They have the tag's shape, are newer than it, stay within the track, and are let through by the globs.
    Pre-releases are among them where they are asked for; whoever runs one is also offered the next of its line.
    """
    by_calendar = numbered_by_calendar([*tags, tag])
    running = parse(tag, by_calendar=by_calendar)
    if running is None or not tracking.by_version or not _reaches(running, tracking):
        return ()
    found = ((other, parse(other, by_calendar=by_calendar)) for other in set(tags) if tracking.allows(other))
    newer = [(version.order, other) for other, version in found if version and _leads_to(running, version, tracking)]
    return tuple(other for _, other in sorted(newer, reverse=True))


def _version(tag: str, tags: Collection[str]) -> TagVersion | None:
    return parse(tag, by_calendar=numbered_by_calendar(tags))


def _reaches(running: TagVersion, tracking: Tracking) -> bool:
    return len(running.numbers) > _FIXED[tracking.track]


def _leads_to(running: TagVersion, other: TagVersion, tracking: Tracking) -> bool:
    fixed = _FIXED[tracking.track]
    same_line = running.pre_release is not None and other.numbers == running.numbers
    return (
        other.shape == running.shape
        and other.order > running.order
        and other.numbers[:fixed] == running.numbers[:fixed]
        and (other.pre_release is None or tracking.prerelease or same_line)
    )
