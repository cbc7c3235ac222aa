"""The same document as JSON, in YAML."""

from __future__ import annotations

import yaml

from dockmon_cli.cli.output.json import document
from dockmon_cli.cli.output.report import Report
from dockmon_cli.cli.settings import Settings


def render(report: Report, settings: Settings) -> str:  # noqa: ARG001 - every renderer is called alike
    """Given a report, return its document."""
    return yaml.safe_dump(document(report), sort_keys=False, allow_unicode=True)
