"""From a container's inspect document to the document that creates its successor.

The rule: everything is passed on as the engine told it, minus what the old image contributed and what the engine
generated. It is never a list of known fields, because a field that nobody listed would be lost.
"""

from dockmon_cli.core.create_spec.build import CreateSpec, Endpoint, NewImage, build, lock_body
from dockmon_cli.core.create_spec.mark import settings_mark
from dockmon_cli.core.create_spec.rebind import rebound

__all__ = ["CreateSpec", "Endpoint", "NewImage", "build", "lock_body", "rebound", "settings_mark"]
