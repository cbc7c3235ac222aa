"""What the stores in memory share."""

from __future__ import annotations

import json
from typing import TypeVar

from dockmon_cli.core.documents import decode, encode

Key = tuple[str, str]
T = TypeVar("T")


def as_stored(value: T) -> T:
    """Through JSON and back, as a real store does it: what JSON can't hold is lost or refused here too."""
    return decode(type(value), json.loads(json.dumps(encode(value))))
