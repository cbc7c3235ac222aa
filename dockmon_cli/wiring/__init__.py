"""Who is who: the one place that builds real adapters and hands them to services.

Small functions, all given what was said on the command line and in the environment. Libraries and adapters are
imported inside them, so that a command loads only what it uses.
"""

from dockmon_cli.wiring.desks import host_desk, pattern_desk, rule_desk, tag_desk
from dockmon_cli.wiring.given import Given
from dockmon_cli.wiring.places import config, is_root, open_store, store_path, write_config
from dockmon_cli.wiring.reading import explain_policy, ps
from dockmon_cli.wiring.updates import update_tools

__all__ = [
    "Given", "config", "explain_policy", "host_desk", "is_root", "open_store", "pattern_desk", "ps", "rule_desk",
    "store_path", "tag_desk", "update_tools", "write_config",
]  # fmt: skip
