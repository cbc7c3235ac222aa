"""Can a container run beside its successor? Where something collides, start-first is refused with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from dockmon_cli.core.create_spec.networks import endpoints
from dockmon_cli.core.dependents import shares
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.swap import start_state
from dockmon_cli.core.update_plan.candidate import Candidate, PlanItem

STOP_FIRST = "update it with --order stop-first"
DRAWS_MACS = (1, 48)
"""The API of the first engines (28) that draw MAC addresses, and no longer tell drawn ones from their users' own."""
ADDRESSES = ("IPv4Address", "IPv6Address", "LinkLocalIPs")


def starts_first(candidate: Candidate) -> bool:
    """True if the new one is to start before the old one stops. What does not run serves nobody: no order matters."""
    return candidate.settings.order.value == "start-first" and start_state(candidate.inspect) == "running"


def collision(candidate: Candidate) -> PlanItem | None:
    """Given a candidate with an update, return why it can't start first, None where it can or is not to."""
    if not starts_first(candidate):
        return None
    inspect = candidate.inspect
    table = (
        ("dependents", tuple(dependent.name for dependent in candidate.dependents), "can't be bound to two at once"),
        ("dependents", tuple(sorted(candidate.ties.values())), "takes it down along with itself"),
        ("port_in_use", tuple(_ports(inspect["HostConfig"])), "can't be had by two at once"),
        ("static_address", tuple(_addresses(inspect, candidate.info)), "can't be had by two at once"),
        ("shared_mount", tuple(_mounts(inspect)), "would be written to by two at once"),
    )
    found = next(((why, what, text) for why, what, text in table if what), None)
    if found is None:
        return None
    why, what, text = found
    return PlanItem(candidate, "skipped", why, f"start-first: {', '.join(what)} {text}", hint=STOP_FIRST)


def _ports(host_config: Document) -> Iterator[str]:
    """Published ports, but for those that the engine chooses; in a network namespace shared with others, all."""
    mode = str(host_config.get("NetworkMode") or "")
    if mode == "host" or shares(host_config):
        yield f"the ports of network {mode.partition(':')[0]}"
    for port, bindings in (host_config.get("PortBindings") or {}).items():
        for binding in bindings or ():
            if binding.get("HostPort") not in (None, "", "0"):
                yield f"port {binding['HostPort']} (for {port})"


def _addresses(inspect: Document, info: EngineInfo) -> Iterator[str]:
    for name, endpoint in endpoints(inspect, info).items():
        if any((endpoint.get("IPAMConfig") or {}).get(key) for key in ADDRESSES):
            yield f"the address in {name}"
        mac = endpoint.get("MacAddress")
        if mac and not (info.api_at_least(*DRAWS_MACS) and _looks_drawn(mac)):
            yield f"the MAC address {mac} in {name}"
    if inspect["Config"].get("MacAddress"):
        yield f"the MAC address {inspect['Config']['MacAddress']}"


def _looks_drawn(mac: str) -> bool:
    """True of one that an engine may have drawn: it sets the bit that says "given locally"."""
    return bool(int(mac[:2], 16) & 0b10)


def _mounts(inspect: Document) -> Iterator[str]:
    for mount in inspect.get("Mounts") or []:
        if mount.get("RW", True) and mount.get("Type") != "tmpfs":
            yield str(mount.get("Destination"))
