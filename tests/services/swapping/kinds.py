"""The kinds of swap, and at which moments of one that nobody disturbs others can act."""

from __future__ import annotations

from typing import Any

from tests.services.swapping.scene import NEW_REF, Scene

KINDS: dict[str, dict[str, Any]] = {
    "running": {},
    "running, no policy": {"policy": "no"},
    "paused": {"state": "paused"},
    "stopped": {"state": "stopped", "policy": "unless-stopped"},
    "--rm": {"is_rm": True, "policy": "no"},
    "paused --rm": {"is_rm": True, "policy": "no", "state": "paused"},
    "its tag is elsewhere": {"tag_was_elsewhere": True},
    "its tag has moved already": {"tag_has_moved": True},
    "its tag is gone": {"has_tag": False},
    "compose gave it a secret": {"has_secret": True},
    "--rm, compose gave it a secret": {"has_secret": True, "is_rm": True, "policy": "no"},
    "to another tag": {"moves_to": NEW_REF},
    "to another tag, --rm": {"moves_to": NEW_REF, "is_rm": True, "policy": "no"},
    "with hooks": {"hooks": ("echo before", "echo after")},
    "start-first with hooks": {"order": "start-first", "hooks": ("echo before", "echo after")},
    "start-first": {"order": "start-first"},
    "start-first --rm": {"order": "start-first", "is_rm": True, "policy": "no"},
    "start-first, compose gave it a secret": {"order": "start-first", "has_secret": True},
}
DEAD = {"Status": "exited", "Running": False, "ExitCode": 3}


def moments(kind: str) -> int:
    """How many moments an undisturbed swap of this kind has."""
    scene = Scene(**KINDS[kind])
    scene.swap()
    return scene.ticks


def told(what: str) -> int:
    """The moment at which this is heard first in an undisturbed swap."""
    scene = Scene()
    scene.swap()
    return scene.told.index(what)


def first_look() -> int:
    """The moment at which the new container is looked at for the first time and waited for."""
    return told("sleep")
