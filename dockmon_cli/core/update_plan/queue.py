"""Which update is next: whatever it depends on is over, and its image is proven or it is the one to prove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """One operation by its key: the digests of the `images` that it brings, those of them that it `proves` by running
    them, and the operations that come before it."""

    key: str
    images: frozenset[str] = frozenset()
    proves: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()


class Queue:
    """Operations that wait, that are under way, and what is known of their images.

    The first of an image that runs is its canary: the others of that image wait until it has proven it. Where an
    image failed, it starts nowhere else. Those that are never started prove nothing, and wait for those that are.
    """

    def __init__(self, units: Sequence[Unit]):
        self._units = {unit.key: unit for unit in units}
        self._waiting = [unit.key for unit in units]
        self._running: list[str] = []
        self._proven: set[str] = set()
        self._disproven: dict[str, str] = {}

    @property
    def is_waiting(self) -> bool:
        """True while some have not begun."""
        return bool(self._waiting)

    def take(self) -> str | None:
        """Begin with the next one that may, and return its key; None while all have to wait.

        If nothing is under way, one may always: groups can wait for each other where their members do not.
        """
        ready = [key for key in self._waiting if self._may_begin(self._units[key])]
        if not ready and not self._running:
            ready = sorted(self._waiting, key=lambda key: not self._units[key].proves)
        if not ready:
            return None
        self._waiting.remove(ready[0])
        self._running.append(ready[0])
        return ready[0]

    def over(self, key: str, *, proven: bool, disproven: bool) -> None:
        """Note that one has ended, and what it says of its images."""
        self._running.remove(key)
        unit = self._units[key]
        if proven:
            self._proven |= unit.proves
        if disproven:
            self._disproven |= {image: key for image in unit.images if image not in self._proven | set(self._disproven)}

    def disproven_by(self, key: str) -> str | None:
        """The key of the operation in which an image of this one failed, if one did."""
        return next((self._disproven[i] for i in sorted(self._units[key].images) if i in self._disproven), None)

    def _may_begin(self, unit: Unit) -> bool:
        unfinished = {*self._waiting, *self._running} - {unit.key}
        if unit.after & unfinished:
            return False
        if self.disproven_by(unit.key):
            return True
        open_images = unit.images - self._proven
        others = [self._units[key] for key in self._running]
        provers = [self._units[key] for key in self._waiting if key != unit.key] if unit.images - unit.proves else []
        return not any(open_images & other.images for other in others) and not any(
            (open_images - unit.proves) & other.proves for other in provers
        )
