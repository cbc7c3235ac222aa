"""URLs of hosts."""

import pytest

from dockmon_cli.core.errors import UsageError
from dockmon_cli.core.host_url import HostUrl, parse_host_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("unix:///var/run/docker.sock", HostUrl("unix", path="/var/run/docker.sock")),
        ("tcp://10.0.0.5:2376", HostUrl("tcp", "10.0.0.5", 2376)),
        ("tcp://nas", HostUrl("tcp", "nas")),
        ("tcp://[fd00::5]:2375/", HostUrl("tcp", "fd00::5", 2375)),
        ("ssh://nas", HostUrl("ssh", "nas", path="/var/run/docker.sock")),
        ("ssh://ops@Nas.lan:2222/run/user/1000/podman.sock",
         HostUrl("ssh", "Nas.lan", 2222, "ops", "/run/user/1000/podman.sock")),
        ("ssh://ops@[fd00::5]", HostUrl("ssh", "fd00::5", None, "ops", "/var/run/docker.sock")),
    ],
)  # fmt: skip
def test_a_url_is_taken_apart(url: str, expected: HostUrl) -> None:
    assert parse_host_url(url) == expected


@pytest.mark.parametrize(
    ("url", "part_of_message"),
    [
        ("nas", "no scheme"),
        ("nas:2375", "unknown scheme 'nas'"),
        ("https://nas:2376", "tcp://"),
        ("npipe:////./pipe/docker", "unknown scheme 'npipe'"),
        ("unix://docker.sock", "absolute path"),
        ("unix://", "absolute path"),
        ("tcp://", "names no host"),
        ("tcp://:2375", "names no host"),
        ("tcp://nas:99999", "no meaning"),
        ("tcp://nas:0", "port 0"),
        ("tcp://nas:2375/path", "host and port alone"),
        ("tcp://me@nas:2375", "host and port alone"),
        ("tcp://nas:2375?x=1", "no '?'"),
        ("ssh://-oProxyCommand=x", "characters"),
        ("ssh://-l@nas", "characters"),
        ("ssh://ops:secret@nas", "password"),
        ("tcp://[fd00::5", "no meaning"),
    ],
)
def test_what_is_no_url_of_a_host_is_refused_with_the_reason(url: str, part_of_message: str) -> None:
    with pytest.raises(UsageError, match=r"URL|port|scheme") as caught:
        parse_host_url(url)
    assert part_of_message in caught.value.message
    assert caught.value.hint


def test_the_secret_of_a_refused_url_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        parse_host_url("ssh://ops:hunter2@nas")
    assert "hunter2" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("url", "tls", "port"), [("tcp://a", False, 2375), ("tcp://a", True, 2376), ("tcp://a:9", True, 9)]
)
def test_the_port_is_dockers_own_unless_one_is_given(url: str, tls: bool, port: int) -> None:
    assert parse_host_url(url).tcp_port(tls=tls) == port
