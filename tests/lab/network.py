"""The lab's wires: one bridge a lab, one pair of devices an engine."""

import json

from tests.lab.processes import run


def make_bridge(name: str, address: str) -> None:
    """Make the bridge NAME, which has ADDRESS on this machine and is where registries and test servers listen."""
    # By itself a bridge takes the lowest hardware address of what hangs on it: another one whenever an engine comes or
    # goes, and what the others remember of their gateway would be wrong for some seconds.
    commands = [
        f"link add {name} address {_mac('02:d1', address)} type bridge",
        f"address add {address}/24 dev {name}",
        f"link set {name} up",
    ]
    run(["ip", "-batch", "-"], stdin="\n".join(commands))


def remove_bridge(name: str) -> None:
    """Remove the bridge NAME, if there is one, and what hangs on it."""
    devices = json.loads(run(["ip", "-json", "link", "show", "master", name], check=False).stdout or "[]")
    for device in [*(found["ifname"] for found in devices), name]:
        unwire(device)


def wire(bridge: str, device: str, pid: int, address: str, gateway: str) -> None:
    """Give the network namespace of PID an eth0 with ADDRESS; its other end, DEVICE, hangs on BRIDGE."""
    # A hardware address that goes with the other one: when a later engine gets the address of one that is gone, what
    # this machine remembers of its neighbours is still true.
    outside = [
        f"link add {device} type veth peer name eth0 address {_mac('02:d0', address)} netns {pid}",
        f"link set {device} master {bridge} up",
    ]
    run(["ip", "-batch", "-"], stdin="\n".join(outside))
    inside = [
        "link set lo up",
        f"address add {address}/24 dev eth0",
        "link set eth0 up",
        f"route add default via {gateway}",
    ]
    run(["nsenter", f"--target={pid}", "--net", "ip", "-batch", "-"], stdin="\n".join(inside))


def _mac(prefix: str, address: str) -> str:
    return f"{prefix}:" + ":".join(f"{int(part):02x}" for part in address.split("."))


def unwire(device: str) -> None:
    """Remove DEVICE now; the kernel would do so some time after the end of the namespace."""
    run(["ip", "link", "delete", device], check=False)


def set_link(device: str, state: str) -> None:
    """Pull the plug of DEVICE (`down`: no packet passes, nobody is told) or put it back (`up`)."""
    run(["ip", "link", "set", device, state])


def routed_subnets() -> set[str]:
    """Return the subnets this machine already has a route to."""
    return {route["dst"] for route in json.loads(run(["ip", "-json", "-4", "route", "show"]).stdout or "[]")}
