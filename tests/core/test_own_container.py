"""Which container a process runs in, from the files of many kinds of host."""

from __future__ import annotations

import pytest

from dockmon_cli.core.own_container import is_own, own_ids

ID, OTHER = "4d" * 32, "0e" * 32
NESTED = f"0::/docker/{OTHER}/docker/{ID}/init"


def given(path: str, at: str) -> str:
    """A line of mountinfo."""
    return f"369 352 0:80 {path} {at} rw,relatime - ext4 /dev/sda1 rw"


@pytest.mark.parametrize(
    ("mountinfo", "cgroup"),
    [
        (given(f"/var/lib/docker/containers/{ID}/hostname", "/etc/hostname"), "0::/"),
        (given(f"/containers/{ID}/resolv.conf", "/etc/resolv.conf"), ""),
        (given(f"/home/u/.local/share/docker/containers/{ID}/hosts", "/etc/hosts"), "0::/"),
        (given(f"/containers/storage/overlay-containers/{ID}/userdata/hosts", "/etc/hosts"), "0::/"),
        ("", f"12:pids:/docker/{ID}\n11:cpu,cpuacct:/docker/{ID}"),
        ("", f"0::/system.slice/docker-{ID}.scope"),
        ("", f"0::/machine.slice/libpod-{ID}.scope/container"),
        ("", NESTED),
    ],
)
def test_the_engine_s_files_and_the_cgroup_name_the_container(mountinfo: str, cgroup: str) -> None:
    assert own_ids(mountinfo, cgroup, "web") == {ID}
    assert is_own(ID, own_ids(mountinfo, cgroup, "web"))
    assert not is_own(OTHER, own_ids(mountinfo, cgroup, "web"))


def test_a_host_name_as_containers_have_it_is_the_short_id() -> None:
    assert is_own(ID, own_ids("", "0::/", ID[:12]))
    assert not is_own(OTHER, own_ids("", "0::/", ID[:12]))


def test_whoever_shares_another_one_s_network_goes_down_with_either() -> None:
    mountinfo = given(f"/var/lib/docker/containers/{OTHER}/hosts", "/etc/hosts")
    assert own_ids(mountinfo, f"0::/system.slice/docker-{ID}.scope", "vpn") == {ID, OTHER}


@pytest.mark.parametrize(
    ("mountinfo", "cgroup", "hostname"),
    [
        ("", "", ""),
        (given("/", "/"), "0::/user.slice/user-0.slice/session-1.scope", "nas"),
        (given(f"/containers/{ID}/mounts/shm", f"/var/lib/docker/containers/{ID}/mounts/shm"), "0::/init.scope", "nas"),
        (given("/etc/hosts", "/etc/hosts"), "nonsense", "deadbeef"),
        ("too short", "0::/", "nas"),
    ],
)
def test_outside_of_a_container_nothing_is_its_own(mountinfo: str, cgroup: str, hostname: str) -> None:
    assert own_ids(mountinfo, cgroup, hostname) == frozenset()
    assert not is_own(ID, frozenset())
