"""Which container is dockmon itself? Told from what Linux shows a process of where it runs.

An engine gives each container its /etc/hostname, /etc/hosts and /etc/resolv.conf from a folder that the full ID
names (mountinfo, proc_pid_mountinfo(5)); where the cgroup's path can be seen (cgroup v1, or v2 without a namespace
of its own) it names the ID too, the innermost last. A container that joins another one's network gets that one's
files, so that both IDs may be found: stopping either of them cuts dockmon off.
"""

from __future__ import annotations

import re

_ID = re.compile(r"[0-9a-f]{64}")
_FOLDER = re.compile(r"containers/([0-9a-f]{64})/")
_GIVEN_FILES = frozenset({"/etc/hostname", "/etc/hosts", "/etc/resolv.conf"})
_HOSTNAME = re.compile(r"[0-9a-f]{12}")


def own_ids(mountinfo: str, cgroup: str, hostname: str) -> frozenset[str]:
    """Given /proc/self/mountinfo, /proc/self/cgroup and the host name, return the IDs that our container may have.

    They are full ones, and the host name where it is 12 hexadecimal digits as a container's is by default. Mounts
    elsewhere are left alone: whoever mounts the engine's folder sees those of every container.
    """
    found = {match[1] for line in mountinfo.splitlines() if (match := _given_file(line.split()))}
    found |= {ids[-1] for line in cgroup.splitlines() if (ids := _ID.findall(line))}
    return frozenset(found | ({hostname} if _HOSTNAME.fullmatch(hostname) else set()))


def is_own(container_id: str, own: frozenset[str]) -> bool:
    """Given a container's full ID, tell whether it is one of these."""
    return any(container_id.startswith(each) for each in own)


def _given_file(fields: list[str]) -> re.Match[str] | None:
    """A line of mountinfo: its fourth field is the path within the file system, the fifth where it is mounted."""
    return _FOLDER.search(fields[3]) if len(fields) > 4 and fields[4] in _GIVEN_FILES else None
