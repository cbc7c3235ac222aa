"""The machine's own time zone, by its name in the IANA database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dockmon_cli.core.windows import is_zone

_LOCALTIME = Path("/etc/localtime")


def system_zone(env: Mapping[str, str], localtime: Path = _LOCALTIME) -> str:
    """Return what `TZ` or /etc/localtime (see localtime(5)) names, or UTC where neither names a zone."""
    named = [env.get("TZ", "").removeprefix(":"), _linked(localtime), "UTC"]
    return next(name for name in named if name and is_zone(name))


def _linked(localtime: Path) -> str:
    """The zone that the link leads to; a plain file has forgotten its name."""
    try:
        target = localtime.resolve(strict=True)
    except OSError:
        return ""
    # Debian and others keep the database in posix/ and right/ too, with the same names below.
    name = str(target).partition("/zoneinfo/")[2]
    return name.removeprefix("posix/").removeprefix("right/")
