"""How dockerd is configured and started.

containerd is started beside dockerd, as Debian's packages do it, not by it: dockerd would wait a second for its own.
"""

import json
from pathlib import Path
from typing import Any

from tests.lab import cache
from tests.lab.daemons import Daemons
from tests.lab.plan import Plan
from tests.lab.processes import plain_environment
from tests.lab.sandbox import Sandbox

CONTAINERD_SOCKET = "/run/containerd/containerd.sock"
CONTAINERD = """
version = 2
root = "{data}/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "{socket}"
"""


def start(plan: Plan, sandbox: Sandbox) -> Daemons:
    """Start dockerd and its containerd. Raise StartError with their log if they do not answer."""
    dockerd, containerd = plan.folder / "daemon.json", plan.folder / "containerd.toml"
    dockerd.write_text(json.dumps(_settings(plan), indent=2))
    containerd.write_text(CONTAINERD.format(data=plan.data, socket=CONTAINERD_SOCKET))
    libraries = ":".join(map(str, plan.kind.libraries()))
    env = plain_environment(*plan.kind.path(), LD_LIBRARY_PATH=libraries)
    helper = sandbox.spawn(["containerd", f"--config={containerd}"], plan.folder / "containerd.log", env)
    daemons = Daemons((sandbox.spawn(["dockerd", f"--config-file={dockerd}"], plan.log, env),), (helper,))
    daemons.wait_until_ready(plan)
    return daemons


def copy_id(source: Plan, inside: Sandbox, target: Plan, into: Sandbox) -> None:
    """Give an engine that has not started yet the ID of another one of its kind: what a cloned machine does."""
    # 20.10 keeps its ID in a key, later ones in a file of the data-root.
    places = {"/etc/docker/key.json": "/etc/docker/key.json", f"{source.data}/engine-id": f"{target.data}/engine-id"}
    for original, copy in places.items():
        found = Path(f"/proc/{inside.pid}/root{original}")
        if found.exists():
            Path(f"/proc/{into.pid}/root{copy}").write_bytes(found.read_bytes())


def _settings(plan: Plan) -> dict[str, Any]:
    """Return what daemon.json says; what the caller asked for wins."""
    return {
        "hosts": plan.urls,
        "data-root": str(plan.data),
        "exec-root": "/run/docker",
        "containerd": CONTAINERD_SOCKET,
        "pidfile": "/run/docker.pid",
        "insecure-registries": [plan.subnet],
        # The cgroup is ours alone, so that what a killed engine leaves there can be told and removed.
        "cgroup-parent": plan.cgroup,
        "exec-opts": ["native.cgroupdriver=cgroupfs"],
        "init-path": str(cache.get("base") / "usr/bin/tini-static"),
        # Saying no outright spares the 15 s for which dockerd otherwise holds its start back as a warning.
        **(plan.tls.settings if plan.tls else {"tls": False}),
        **plan.kind.settings,
        **plan.settings,
    }
