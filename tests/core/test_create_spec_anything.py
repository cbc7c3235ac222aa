"""Nothing the user chose of any network is lost, on any engine, and nothing that no rule is about at all."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.create_spec import CreateSpec
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.start_first import all_endpoints
from tests.core.create_spec_samples import ID, NEW, OLD, container, spec_of

NAMES = st.sampled_from(["front", "back", "lan", "side", "mgmt"])
ALIASES = st.lists(st.sampled_from(["www", "api", "ba9876543210", "db"]), unique=True, max_size=3)
ADDRESSES = st.fixed_dictionaries(
    {},
    optional={
        "IPv4Address": st.just("10.0.0.9"),
        "IPv6Address": st.just("fd00::9"),
        "LinkLocalIPs": st.just(["169.254.1.9"]),
    },
)
CHOSEN = st.fixed_dictionaries(
    {},
    optional={
        "Aliases": ALIASES,
        "IPAMConfig": ADDRESSES,
        "DriverOpts": st.just({"com.example.mtu": "1400"}),
        "Links": st.just(["cache:c"]),
        "GwPriority": st.just(7),
    },
)
GENERATED = {"EndpointID": "e1", "Gateway": "10.0.0.1", "IPAddress": "10.0.0.9", "NetworkID": "n1", "DNSNames": ["web"]}


@given(st.dictionaries(NAMES, CHOSEN, min_size=1), st.sampled_from([OLD, NEW]), st.booleans())
def test_every_network_is_joined_with_all_that_was_chosen_and_nothing_that_was_generated(
    networks: dict[str, Document], info: EngineInfo, adds_its_id: bool
) -> None:
    shown = {name: {**GENERATED, **chosen} for name, chosen in networks.items()}
    if adds_its_id:  # as engines before 28 do
        for endpoint in shown.values():
            endpoint["Aliases"] = [*(endpoint.get("Aliases") or []), ID[:12]]
    spec = spec_of(container(host_config={"NetworkMode": next(iter(networks))}, networks=shown), info)
    assert joined(spec) == {name: _said(chosen) for name, chosen in networks.items()}
    assert spec.leave == ()


def joined(spec: CreateSpec) -> dict[str, Document]:
    return {endpoint.network: endpoint.config for endpoint in all_endpoints(spec)}


def _said(chosen: Document) -> Document:
    """What is empty need not be said."""
    return {key: value for key, value in chosen.items() if value}


UNHEARD_OF = st.text("ABCXYZ", min_size=1, max_size=4).map("Unheard{}".format)
VALUES: st.SearchStrategy[Any] = st.one_of(st.integers(), st.text(max_size=4), st.lists(st.text(max_size=3)))


@given(st.dictionaries(UNHEARD_OF, VALUES), st.sampled_from([OLD, NEW]))
def test_a_setting_that_nobody_has_heard_of_is_passed_on(settings: dict[str, Any], info: EngineInfo) -> None:
    sent = spec_of(container(host_config=settings), info).body["HostConfig"]
    assert settings.items() <= sent.items()
