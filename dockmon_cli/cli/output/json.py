"""The JSON document of the contract, and JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dockmon_cli.cli.output.report import Report
from dockmon_cli.cli.settings import Settings
from dockmon_cli.core.documents import encode, rfc3339

SCHEMA = "dockmon/v1"

# json.dumps escapes C0 itself; these it would write as they are.
_ESCAPED = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}


def document(report: Report) -> dict[str, Any]:
    """Given a report, return the one document that `-o json` and `-o yaml` print."""
    return {
        "schema": SCHEMA,
        "generated_at": rfc3339(report.generated_at or datetime.now(UTC)),
        "items": [encode(item) for item in report.items],
        "errors": [entry.document() for entry in report.errors],
    }


def render(report: Report, settings: Settings) -> str:
    """Given a report, return its document, or one line for each item."""
    if settings.format == "jsonl":
        return "".join(f"{_dumps(encode(item), indent=None)}\n" for item in report.items)
    return f"{_dumps(document(report), indent=2)}\n"


def _dumps(value: Mapping[str, Any], indent: int | None) -> str:
    unicode = (sys.stdout.encoding or "").lower() == "utf-8"
    return json.dumps(value, indent=indent, ensure_ascii=not unicode).translate(_ESCAPED)
