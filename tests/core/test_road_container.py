"""The container through which a host is reached."""

from __future__ import annotations

from typing import Any

import pytest

from dockmon_cli.core.hosts import Host, TlsFiles
from dockmon_cli.core.road_container import is_road

SOCKET = {"Source": "/var/run/docker.sock", "Destination": "/var/run/docker.sock"}
PUBLISHED = {"PortBindings": {"2375/tcp": [{"HostIp": "", "HostPort": "2375"}]}}
NAS = Host("h", "nas", "tcp://nas.lan:2375")


def container(mounts: list[dict[str, str]], host_config: dict[str, Any], **config: Any) -> dict[str, Any]:
    return {"Mounts": mounts, "HostConfig": host_config, "Config": config}


@pytest.mark.parametrize("host", [NAS, Host("h", "nas", "tcp://nas.lan")])
def test_a_proxy_that_has_the_socket_and_the_port_is_the_road_to_its_engine(host: Host) -> None:
    assert is_road(host, container([SOCKET], PUBLISHED))
    assert is_road(host, container([SOCKET], {"NetworkMode": "host"}, ExposedPorts={"2375/tcp": {}}))


def test_in_a_shared_network_the_port_is_that_of_the_one_that_it_is_shared_with() -> None:
    vpn = {"Id": "a" * 64, "Name": "/vpn", **container([], PUBLISHED)}
    proxy = container([SOCKET], {"NetworkMode": "container:vpn"})
    assert is_road(NAS, proxy, [vpn])
    assert not is_road(NAS, vpn, [vpn])
    assert not is_road(NAS, proxy, [{**vpn, "HostConfig": {}}])


@pytest.mark.parametrize(
    ("host", "document"),
    [
        (NAS, container([], PUBLISHED)),
        (NAS, container([SOCKET], {"PortBindings": {"80/tcp": [{"HostPort": "8080"}], "81/tcp": None}})),
        (NAS, container([SOCKET], {"NetworkMode": "host"})),
        (Host("h", "nas", "unix:///var/run/docker.sock"), container([SOCKET], PUBLISHED)),
        (Host("h", "nas", "ssh://me@nas.lan:2375"), container([SOCKET], PUBLISHED)),
        (Host("h", "nas", "tcp://nas.lan", tls=TlsFiles("ca")), container([SOCKET], PUBLISHED)),
    ],
)
def test_whoever_has_only_one_of_them_is_not(host: Host, document: dict[str, Any]) -> None:
    assert not is_road(host, document)
