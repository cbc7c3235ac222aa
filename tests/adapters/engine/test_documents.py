"""What the engine's documents become: rows, facts, log lines, pull progress. No engine is needed for these."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dockmon_cli.adapters.engine.facts import is_podman, to_engine_info
from dockmon_cli.adapters.engine.listing import to_container
from dockmon_cli.adapters.engine.loglines import decode_log
from dockmon_cli.adapters.engine.pulling import follow, registry_auth
from dockmon_cli.core.containers import Port
from dockmon_cli.core.errors import EngineError
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.registry_access import Credentials

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NAS = Host("host-1", "nas", "unix:///s")
ROW: dict[str, Any] = {
    "Id": "c" * 64, "Names": ["/web", "/proxy/backend"], "Image": "web:1", "ImageID": "sha256:1", "State": "running",
    "Status": "Up 2 hours (unhealthy)", "Created": 1_700_000_000, "Labels": {"a": "b"},
    "Ports": [{"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
              {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
              {"PrivatePort": 53, "Type": "udp"}],
}  # fmt: skip


def test_a_row_of_the_list_becomes_a_container() -> None:
    container = to_container(ROW, NAS, NOW)
    assert (container.target, container.key) == ("nas/web", "host-1:cccccccccccc")
    assert (container.status, container.health, container.since) == ("running", "unhealthy", NOW - timedelta(hours=2))
    assert container.ports == (Port(53, "udp"), Port(80, "tcp", 8080, "0.0.0.0"), Port(80, "tcp", 8080, "::"))
    assert container.restarts is None


@pytest.mark.parametrize(
    ("names", "name"),
    [(["/proxy/backend", "/web"], "web"), (["web"], "web"), ([], "cccccccccccc"), (None, "cccccccccccc")],
)
def test_its_own_name_is_the_one_without_a_second_slash(names: list[str] | None, name: str) -> None:
    assert to_container({**ROW, "Names": names}, NAS, NOW).name == name


@pytest.mark.parametrize(
    ("state", "status"), [("configured", "created"), ("stopped", "exited"), ("Running", "running"), ("dead", "dead")]
)
def test_podman_s_states_are_told_in_docker_s_words(state: str, status: str) -> None:
    assert to_container({**ROW, "State": state}, NAS, NOW).status == status


def test_a_row_without_what_may_be_missing_is_a_container_still() -> None:
    bare = to_container({"Id": "d" * 64, "State": "created"}, NAS, NOW)
    assert (bare.labels, bare.ports, bare.health, bare.exit_code) == ({}, (), None, None)


def test_the_facts_of_an_engine_on_the_containerd_store() -> None:
    version = {"Version": "26.1.5", "Os": "linux", "Arch": "arm64"}
    info = {
        "ID": "id-1", "Architecture": "aarch64", "DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"]],
        "RegistryConfig": {"InsecureRegistryCIDRs": ["127.0.0.0/8"],
                           "IndexConfigs": {"docker.io": {"Secure": True}, "lan:5000": {"Secure": False}}},
    }  # fmt: skip
    facts = to_engine_info(version, info, "1.45", "full")
    assert (facts.engine_id, facts.image_store, facts.architecture) == ("id-1", "containerd", "arm64")
    assert facts.insecure_registries == ("lan:5000",)
    assert facts.insecure_cidrs == ("127.0.0.0/8",)


def test_an_engine_whose_proxy_keeps_its_info_back_has_the_facts_of_its_version() -> None:
    facts = to_engine_info({"Version": "28.0", "Os": "linux", "Arch": "amd64"}, {}, "1.48", "read_only")
    assert (facts.engine_id, facts.version, facts.access, facts.image_store) == ("", "28.0", "read_only", "graph")


def test_a_32_bit_arm_has_its_variant() -> None:
    facts = to_engine_info({"Arch": "arm"}, {"Architecture": "armv7l"}, "1.41", "full")
    assert (facts.architecture, facts.variant) == ("arm", "v7")


def test_podman_is_known_by_its_components() -> None:
    assert is_podman({"Components": [{"Name": "Podman Engine"}]})
    assert not is_podman({"Components": [{"Name": "Engine"}]})
    assert not is_podman({})


def frame(stream: int, text: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(text).to_bytes(4) + text


def test_a_framed_log_is_its_text_in_order() -> None:
    assert decode_log(frame(1, b"one\n") + frame(2, b"two\n") + frame(1, b"three\n"), 2) == "two\nthree"


def test_a_log_with_a_terminal_is_its_bytes_and_bad_ones_are_marked() -> None:
    assert decode_log(b"plain\n\xff\n", 5) == "plain\n\ufffd"
    assert decode_log(b"", 5) == ""
    assert decode_log(b"one\n", 0) == ""


def test_a_frame_that_was_cut_short_gives_what_there_is() -> None:
    assert decode_log(frame(1, b"whole\n") + frame(1, b"half of it")[:12], 5) == "whole\nhalf"


def test_a_pull_tells_of_each_layer() -> None:
    told: list[tuple[str, str, int, int]] = []
    lines: list[dict[str, Any]] = [
        {"status": "Pulling from web", "id": "latest"},
        {"status": "Downloading", "id": "a1", "progressDetail": {"current": 5, "total": 10}},
        {"status": "Pull complete", "id": "a1", "progressDetail": {}},
        {"status": "Digest: sha256:1"},
    ]
    follow(lines, lambda *words: told.append(words))
    assert told == [("latest", "Pulling from web", 0, 0), ("a1", "Downloading", 5, 10), ("a1", "Pull complete", 0, 0)]


@pytest.mark.parametrize(
    "line", [{"error": "denied"}, {"errorDetail": {"message": "denied"}}, {"errorDetail": {}, "error": "denied"}]
)
def test_an_error_line_ends_a_pull_with_its_words(line: dict[str, Any]) -> None:
    with pytest.raises(EngineError, match="denied"):
        follow([{"status": "fine"}, line], lambda *_: None)


def test_a_login_goes_into_one_header_and_no_login_into_none() -> None:
    assert registry_auth("web", None) == {}
    header = registry_auth("lan:5000/web", Credentials("me", "secret"))["X-Registry-Auth"]
    login = json.loads(base64.urlsafe_b64decode(header))
    assert login == {"serveraddress": "lan:5000", "username": "me", "password": "secret"}
    token = registry_auth("lan:5000/web", Credentials(identity_token="t"))["X-Registry-Auth"]
    assert json.loads(base64.urlsafe_b64decode(token))["identitytoken"] == "t"
