"""The STATUS text of the engine's list, as Docker and Podman write it."""

from datetime import UTC, datetime, timedelta

import pytest

from dockmon_cli.core.status_text import StatusText, parse_status_text

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Up 3 minutes (healthy)", StatusText(ago(minutes=3), None, "healthy")),
        ("Up Less than a second", StatusText(NOW)),
        ("Up 1 second (health: starting)", StatusText(ago(seconds=1), None, "starting")),
        ("Up About a minute (unhealthy)", StatusText(ago(minutes=1), None, "unhealthy")),
        ("Up About an hour", StatusText(ago(hours=1))),
        ("Up 5 weeks (Paused)", StatusText(ago(weeks=5))),
        ("Up 47 hours", StatusText(ago(hours=47))),
        ("Exited (137) 2 days ago", StatusText(ago(days=2), 137)),
        ("Exited (0) Less than a second ago", StatusText(NOW, 0)),
        ("Exited (-1) 3 months ago", StatusText(ago(days=90), -1)),
        ("Restarting (1) 3 seconds ago", StatusText(ago(seconds=3), 1)),
        ("Created", StatusText()),
        ("Dead", StatusText()),
        ("Removal In Progress", StatusText()),
        ("", StatusText()),
        ("Exited (128) 292 years ago", StatusText(None, 128)),
        ("Up 12 seconds ago", StatusText(ago(seconds=12))),
        ("Exited (0) 99999999999999999999 years ago", StatusText(None, 0)),
    ],
)
def test_a_status_text_gives_back_the_facts_it_was_written_from(text: str, expected: StatusText) -> None:
    assert parse_status_text(text, NOW) == expected
