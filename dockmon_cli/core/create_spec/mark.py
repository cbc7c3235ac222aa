"""Has anybody changed what a container is set to, since its successor was planned?"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from dockmon_cli.core.create_spec.networks import chosen, joined
from dockmon_cli.core.documents import Document

OURS = ("RestartPolicy", "Links")


def _in_order(value: Any) -> Any:
    """The same whatever the order of what is listed: engines do not always give it in the same one."""
    if isinstance(value, dict):
        return {key: _in_order(item) for key, item in value.items()}
    return sorted(map(_in_order, value), key=repr) if isinstance(value, list) else value


def settings_mark(container: Document) -> str:
    """Given an inspect document, return a short text that differs once `docker update` or `docker network` was used.

    Nothing else changes the settings of a container that stays the same one. What a swap changes itself is left out:
    the restart policy, and legacy links, which tell the names that both ends have now.
    """
    host_config = {key: value for key, value in container["HostConfig"].items() if key not in OURS}
    networks = {name: chosen(name, endpoint, container) for name, endpoint in joined(container).items()}
    said = json.dumps([_in_order(host_config), _in_order(networks)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
