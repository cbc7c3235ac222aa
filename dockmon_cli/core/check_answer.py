"""The answer of an update check for one container."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["up_to_date", "update_available", "pulled", "pinned", "local_image", "ignored", "unknown"]
Kind = Literal["patch", "minor", "major", "digest"]


@dataclass(frozen=True, slots=True)
class Current:
    """What runs: the digest it was pulled by, where known, and its version."""

    digest: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Available:
    """What could run: the reference to move to and what its tag answers."""

    image: str
    digest: str
    version: str | None = None
    first_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """State and its reason; `available` is set for update_available and pulled.

    `image` is the reference and `image_id` the image that it was found out about, None where that was not noted;
    `tracking` is what was followed, as `Tracking` writes it.
    """

    state: State
    reason: str | None = None
    message: str = ""
    current: Current = Current()
    available: Available | None = None
    kind: Kind | None = None
    checked_at: datetime | None = None
    hint: str = ""
    image: str | None = None
    image_id: str | None = None
    tracking: str = "exact"

    def is_about(self, image: str, image_id: str, tracking: str | None = None) -> bool:
        """True unless it is known to be about another reference or another image, or followed another track."""
        return self.image in (None, image) and self.image_id in (None, image_id) and tracking in (None, self.tracking)


FINDINGS: frozenset[str] = frozenset({"update_available", "pulled"})
"""The states that `--exit-code` and `--filter update=available` mean."""
