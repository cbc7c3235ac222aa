"""Start-first: where it is refused, and what differs between the new one beside the old one and in its place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dockmon_cli.core.container_settings import NOTHING_SET, Chosen, Order
from dockmon_cli.core.create_spec import CreateSpec, Endpoint
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.start_first import all_endpoints, beside, lacks_aliases, start_first_steps
from dockmon_cli.core.update_plan import PlanItem
from tests.core.test_update_plan import decide, inspect, tied

WANTED: Chosen[Order] = Chosen("start-first", "--order", "flag")
START_FIRST = replace(NOTHING_SET, order=WANTED)
FRONT = Endpoint("front", {"Aliases": ["www"], "IPAMConfig": {}})
BODY = {"NetworkingConfig": {"EndpointsConfig": {"back": {"Aliases": ["db"]}}}}
SPEC = CreateSpec(BODY, (FRONT,))


def decided(changes: dict[str, Any], status: str = "running", **more: Any) -> PlanItem:
    """Decide about a container whose inspect document has these parts changed."""
    document = inspect(status=status)
    for part, values in changes.items():
        document[part] = {**document[part], **values} if isinstance(values, dict) else values
    return decide(inspect=document, settings=START_FIRST, **more)


def names(item: PlanItem) -> list[str]:
    assert item.swap
    return [step.name for step in item.swap.steps]


COLLISIONS: list[tuple[dict[str, Any], str, str]] = [
    ({"HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": "8080"}]}}}, "port_in_use", "port 8080 (for 80/tcp)"),
    ({"HostConfig": {"NetworkMode": "host"}}, "port_in_use", "network host"),
    ({"HostConfig": {"NetworkMode": "container:abc"}}, "port_in_use", "network container"),
    ({"NetworkSettings": {"Networks": {"lan": {"IPAMConfig": {"IPv4Address": "10.0.0.9"}}}}}, "static_address", "lan"),
    ({"Config": {"MacAddress": "02:aa:00:00:00:09"}}, "static_address", "02:aa:00:00:00:09"),
    ({"Mounts": [{"Type": "volume", "Destination": "/data", "RW": True}]}, "shared_mount", "/data"),
    ({"Mounts": [{"Type": "bind", "Destination": "/conf", "RW": True}]}, "shared_mount", "/conf"),
]


@pytest.mark.parametrize(("changes", "reason", "named"), COLLISIONS)
def test_what_two_at_once_can_not_have_is_refused_with_its_reason(
    changes: dict[str, Any], reason: str, named: str
) -> None:
    for forced in (False, True):
        item = decided(changes, forced=forced)
        assert (item.would, item.reason, item.swap) == ("skipped", reason, None)
        assert named in item.message
        assert "--order stop-first" in item.hint


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": ""}]}}},
        {"Mounts": [{"Type": "bind", "Destination": "/conf", "RW": False}, {"Type": "tmpfs", "Destination": "/tmp"}]},
        {"NetworkSettings": {"Networks": {"lan": {"IPAMConfig": {}}, "wan": {"IPAMConfig": None}}}},
    ],
    ids=str,
)
def test_what_does_not_collide_starts_first(changes: dict[str, Any]) -> None:
    item = decided(changes)
    assert item.would == "update"
    order = ["create_beside", "start", "verify", "step_aside", "take_name", "commit", "leave", "retire", "remove_old"]
    assert [name for name in names(item) if name in order] == order


@pytest.mark.parametrize(
    ("mac", "api", "is_refused"),
    [
        ("be:10:00:00:00:09", "1.47", True),
        ("be:10:00:00:00:09", "1.48", False),
        ("00:50:56:00:00:09", "1.48", True),
        ("02:42:0a:00:00:09", "1.47", False),
    ],
)
def test_a_mac_in_a_second_network_is_its_users_or_one_that_the_engine_made(
    mac: str, api: str, is_refused: bool
) -> None:
    back = {"IPAddress": "10.0.0.9", "MacAddress": mac}
    networks = {"Networks": {"bridge": {"IPAddress": "172.17.0.2"}, "back": back}}
    info = EngineInfo("e", "28.0", api, "linux", "amd64", image_store="containerd")
    item = decided({"NetworkSettings": networks}, info=info)
    assert (item.would, item.reason) == (("skipped", "static_address") if is_refused else ("update", None))
    if item.swap:
        assert not [each for each in all_endpoints(item.swap.spec) if "MacAddress" in each.config]


def test_one_that_is_bound_to_another_can_not_start_first() -> None:
    item = decided({}, ties=tied("vpn"))
    assert (item.would, item.reason, item.swap) == ("skipped", "dependents", None)
    assert "vpn" in item.message


@pytest.mark.parametrize("status", ["exited", "paused"])
def test_for_one_that_does_not_run_the_order_makes_no_difference(status: str) -> None:
    item = decided(COLLISIONS[0][0], status, named=True)
    assert item.would == "update"
    assert "create_beside" not in names(item)


def test_one_that_vanishes_when_it_stops_needs_no_answer_as_it_runs_until_the_new_one_is_proven() -> None:
    item = decided({"HostConfig": {"AutoRemove": True}})
    assert (item.would, item.swap and item.swap.starts_first) == ("update", True)


def test_beside_the_old_one_it_has_no_aliases_and_joins_the_same_networks() -> None:
    alone = beside(SPEC)
    assert [endpoint.network for endpoint in all_endpoints(alone)] == ["back", "front"]
    assert not any("Aliases" in endpoint.config for endpoint in all_endpoints(alone))
    assert all_endpoints(SPEC)[0].config == {"Aliases": ["db"]}


@pytest.mark.parametrize(
    ("mode", "leave", "networks"),
    [("default", (), ["bridge"]), ("lan", (), ["lan"]), ("lan", ("lan",), []), ("host", (), []), ("none", (), []),
     ("container:abc", (), [])],
)  # fmt: skip
def test_the_network_it_is_created_in_without_a_word_counts_too(
    mode: str, leave: tuple[str, ...], networks: list[str]
) -> None:
    spec = CreateSpec({"HostConfig": {"NetworkMode": mode}}, (), leave)
    assert [endpoint.network for endpoint in all_endpoints(spec)] == networks


def test_it_joins_anew_only_where_it_lacks_an_alias() -> None:
    container = {"NetworkSettings": {"Networks": {"front": {"Aliases": ["www", "0123456789ab"]}}}}
    assert not lacks_aliases(FRONT, container)
    assert lacks_aliases(Endpoint("front", {"Aliases": ["www", "api"]}), container)
    assert lacks_aliases(FRONT, {"NetworkSettings": {"Networks": {"front": {"Aliases": None}}}})
    assert not lacks_aliases(Endpoint("bridge", {}), {})
    assert "rejoin" not in {step.name for step in start_first_steps(beside(SPEC), copies=False)}
