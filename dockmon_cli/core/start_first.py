"""Start-first: the new container is started and proven beside the old one, which stops only then.

The new one is created under the temporary name, without its aliases, so that nobody talks to it before it is proven.
Then it gets them, the two change names, and from there on it goes forward only: the old one leaves its networks, so
that no name leads to it any more, and stops.
"""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy

from dockmon_cli.core.create_spec import CreateSpec, Endpoint
from dockmon_cli.core.dependents import shares
from dockmon_cli.core.documents import Document
from dockmon_cli.core.swap import Step


def start_first_steps(spec: CreateSpec, *, copies: bool, hooks: Collection[str] = ()) -> tuple[Step, ...]:
    """Given the successor's create spec, return the steps in order; one that `copies` has files from compose."""
    table = (
        (True, Step("pull")),
        (True, Step("keep", "drop our tags")),
        ("pre_hook" in hooks, Step("pre_hook")),
        (True, Step("lend_tag", "put the tag back")),
        (True, Step("create_beside", "remove the new one")),
        (True, Step("return_tag")),
        (copies, Step("copy_files")),
        (bool(spec.networks or spec.leave), Step("connect_beside")),
        (True, Step("start", "stop the new one")),
        (True, Step("verify")),
        ("post_hook" in hooks, Step("post_hook")),
        (any(endpoint.config.get("Aliases") for endpoint in all_endpoints(spec)), Step("rejoin")),
        (True, Step("step_aside", "rename it back")),
        (True, Step("take_name")),
        (True, Step("commit")),
        (True, Step("leave")),
        (True, Step("retire")),
        (True, Step("remove_old")),
        (True, Step("move_tag")),
        (True, Step("drop_new_tag")),
    )
    return tuple(step for applies, step in table if applies)


def all_endpoints(spec: CreateSpec) -> tuple[Endpoint, ...]:
    """Given a create spec, return how it joins its networks, those it is created in included."""
    at_once = (spec.body.get("NetworkingConfig") or {}).get("EndpointsConfig") or _primary(spec)
    return (*(Endpoint(name, config) for name, config in at_once.items()), *spec.networks)


def _primary(spec: CreateSpec) -> Document:
    """The network that it is created in without a word about it."""
    host_config = spec.body.get("HostConfig") or {}
    mode = str(host_config.get("NetworkMode") or "default")
    name = "bridge" if mode == "default" else mode
    is_own = name not in ("host", "none") and not shares(host_config)
    return {name: {}} if is_own and name not in spec.leave else {}


def beside(spec: CreateSpec) -> CreateSpec:
    """Given the successor's create spec, return that of the same container without its aliases."""
    return _without("Aliases", spec)


def without_macs(spec: CreateSpec) -> CreateSpec:
    """Given a create spec, return it without MAC addresses in its networks: two that run at once need one each."""
    return _without("MacAddress", spec)


def _without(key: str, spec: CreateSpec) -> CreateSpec:
    body = deepcopy(spec.body)
    for config in ((body.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}).values():
        config.pop(key, None)
    networks = (
        Endpoint(each.network, {name: value for name, value in each.config.items() if name != key})
        for each in spec.networks
    )
    return CreateSpec(body, tuple(networks), spec.leave)


def lacks_aliases(endpoint: Endpoint, container: Document) -> bool:
    """Tell whether a container is not in this network under all its aliases yet."""
    joined = ((container.get("NetworkSettings") or {}).get("Networks") or {}).get(endpoint.network) or {}
    return not set(endpoint.config.get("Aliases") or ()) <= set(joined.get("Aliases") or ())
