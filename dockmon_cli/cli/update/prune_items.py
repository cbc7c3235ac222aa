"""Kept images as the items of `update prune`, and the columns that its table shows of them."""

from __future__ import annotations

from datetime import UTC, datetime

from dockmon_cli.cli.output import Column, Item
from dockmon_cli.core.containers import short_id
from dockmon_cli.core.documents import encode, parse_time
from dockmon_cli.core.text import age
from dockmon_cli.services.update_prune import Pruned


def prune_item(pruned: Pruned) -> Item:
    """One image that is or was kept."""
    judged, image = pruned.judged, pruned.judged.image
    return {
        "host": image.host,
        "image_id": image.image_id,
        "tags": list(image.names),
        "repository": image.repository,
        "digest": image.digest,
        "version": image.version,
        "size_bytes": image.size_bytes,
        "unused_since": encode(image.stopped_using_at),
        "used_by": list(image.users),
        "would": "remove" if judged.goes else "keep",
        "result": pruned.result,
        "reason": judged.reason,
        "message": judged.message,
        "freed_bytes": pruned.freed_bytes,
    }


def megabytes(count: int) -> str:
    """Given bytes, return them as people read them."""
    return f"{count / 1e9:.1f}GB" if count >= 1e9 else f"{count / 1e6:.1f}MB"


def _unused_for(item: Item) -> str | None:
    since = item["unused_since"]
    return age((datetime.now(UTC) - parse_time(since)).total_seconds()) if since else None


def _outcome(item: Item) -> str:
    return str(item["result"] or f"would_{item['would']}")


PRUNE_COLUMNS = (
    Column("IMAGE", lambda item: short_id(item["image_id"])),
    Column("HOST", "host"),
    Column("REPOSITORY", "repository", shrinks=True),
    Column("VERSION", "version"),
    Column("SIZE", lambda item: megabytes(item["size_bytes"])),
    Column("UNUSED", _unused_for),
    Column("TAGS", "tags", wide=True),
    Column("RESULT", _outcome, state=True),
    Column("REASON", "reason"),
    Column("WHY", "message", wide=True),
)
