"""The successor is a member of the same networks, with what the user chose."""

from dataclasses import replace

import pytest

from dockmon_cli.core.create_spec import Endpoint
from tests.core.create_spec_samples import ID, OLD, PODMAN, container, endpoints_of, spec_of


def test_who_borrows_a_network_says_nothing_of_its_own() -> None:
    old = container(
        {"MacAddress": "02:aa:00:00:00:01", "ExposedPorts": {"80/tcp": {}}, "Hostname": "other"},
        {"NetworkMode": "container:abc", "PortBindings": {"80/tcp": [{"HostPort": "80"}]}},
        {},
    )
    spec = spec_of(old)
    assert {"MacAddress", "ExposedPorts", "Hostname", "NetworkingConfig"}.isdisjoint(spec.body)
    assert spec.body["HostConfig"]["PortBindings"] == {}
    assert (spec.networks, spec.leave) == ((), ())


TWO = {"front": {"Aliases": ["www", ID[:12]]}, "back": {"IPAMConfig": {"IPv4Address": "10.0.0.9"}, "Aliases": ["api"]}}


def test_a_newer_engine_is_told_all_networks_at_once() -> None:
    spec = spec_of(container(networks=TWO))
    assert endpoints_of(spec) == {
        "front": {"Aliases": ["www"]},
        "back": {"IPAMConfig": {"IPv4Address": "10.0.0.9"}, "Aliases": ["api"]},
    }
    assert (spec.networks, spec.leave) == ((), ())


def test_an_older_engine_is_told_the_first_network_and_joins_the_others_later() -> None:
    spec = spec_of(container(networks=TWO), OLD)
    assert endpoints_of(spec) == {"front": {"Aliases": ["www"]}}
    assert spec.networks == (Endpoint("back", {"IPAMConfig": {"IPv4Address": "10.0.0.9"}, "Aliases": ["api"]}),)
    assert spec.leave == ()


def test_the_network_it_was_created_in_is_left_if_it_had_left_it() -> None:
    moved = container(networks={"back": {}})
    assert spec_of(moved, OLD) == replace(spec_of(moved, OLD), networks=(Endpoint("back", {}),), leave=("front",))
    assert endpoints_of(spec_of(moved)) == {"back": {}}
    assert spec_of(moved).leave == ()
    assert spec_of(container(networks={})).leave == ("front",)


@pytest.mark.parametrize("mode", ["host", "none"])
def test_no_network_at_all_can_not_be_left(mode: str) -> None:
    spec = spec_of(container(host_config={"NetworkMode": mode}, networks={}), PODMAN)
    assert (spec.networks, spec.leave) == ((), ())


@pytest.mark.parametrize("length", [64, 12])
def test_a_network_given_by_its_id_is_the_first_one(length: int) -> None:
    network = "f" * 64
    networks = {"back": {"NetworkID": "e" * 64}, "front": {"NetworkID": network, "Aliases": ["www"]}}
    spec = spec_of(container(host_config={"NetworkMode": network[:length]}, networks=networks), OLD)
    assert endpoints_of(spec) == {"front": {"Aliases": ["www"]}}
    assert [endpoint.network for endpoint in spec.networks] == ["back"]


def test_a_network_by_an_id_that_nothing_shows_yet_is_left_and_joined_by_name() -> None:
    """Of a container that was never started the engine shows no network's ID."""
    networks = {"front": {"NetworkID": "", "IPAMConfig": {"IPv4Address": "10.0.0.9"}}}
    spec = spec_of(container(host_config={"NetworkMode": "f" * 64}, networks=networks), OLD)
    assert spec.leave == ("f" * 64,)
    assert spec.networks == (Endpoint("front", {"IPAMConfig": {"IPv4Address": "10.0.0.9"}}),)


def test_the_default_bridge_takes_no_aliases() -> None:
    networks = {"bridge": {"Aliases": ["x"], "DriverOpts": {"a": "b"}}}
    assert endpoints_of(spec_of(container(host_config={"NetworkMode": "default"}, networks=networks))) == {
        "bridge": {"DriverOpts": {"a": "b"}}
    }


def test_addresses_come_from_what_was_asked_for_and_not_from_what_was_given() -> None:
    asked = {"IPv4Address": "10.0.0.9", "IPv6Address": "", "LinkLocalIPs": ["169.254.1.1"]}
    endpoint = {
        "IPAMConfig": asked, "IPAddress": "10.0.0.9", "GlobalIPv6Address": "fd00::5", "Gateway": "10.0.0.1",
        "EndpointID": "abc", "NetworkID": "def", "DNSNames": ["web"], "GwPriority": 5, "Links": ["db:db"],
    }  # fmt: skip
    assert endpoints_of(spec_of(container(networks={"front": endpoint}))) == {
        "front": {
            "IPAMConfig": {"IPv4Address": "10.0.0.9", "LinkLocalIPs": ["169.254.1.1"]},
            "GwPriority": 5,
            "Links": ["db:db"],
        }
    }


OWN = "02:aa:00:00:00:01"


def test_a_mac_of_the_users_own_is_said_in_both_places_that_must_agree() -> None:
    old = container({"MacAddress": OWN}, networks={"front": {"MacAddress": OWN}})
    assert spec_of(old).body["MacAddress"] == OWN
    assert endpoints_of(spec_of(old)) == {"front": {"MacAddress": OWN}}
    assert spec_of(old, OLD).body["MacAddress"] == OWN
    assert endpoints_of(spec_of(old, OLD)) == {}


def test_a_mac_on_the_first_network_that_the_user_did_not_say_is_the_engines() -> None:
    assert endpoints_of(spec_of(container(networks={"front": {"MacAddress": OWN}}))) == {}


def test_a_mac_on_another_network_is_kept_unless_it_was_made_of_the_address() -> None:
    networks = {
        "front": {},
        "made": {"MacAddress": "02:42:0a:00:00:09", "IPAddress": "10.0.0.9"},
        "own": {"MacAddress": OWN, "IPAddress": "10.0.1.9"},
    }
    assert endpoints_of(spec_of(container(networks=networks))) == {"front": {}, "made": {}, "own": {"MacAddress": OWN}}
