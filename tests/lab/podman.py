"""How Podman's service is configured and started: it speaks Docker's API without being Docker.

Nothing of it stays behind to look after containers; each has a keeper of its own, so stopping or killing the service
leaves them running. Health checks of containers are left to systemd by Podman, so here they never run by themselves.
"""

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path

from tests.lab import cache
from tests.lab.daemons import Daemons
from tests.lab.errors import LabError
from tests.lab.plan import Plan
from tests.lab.processes import plain_environment
from tests.lab.sandbox import Sandbox

CONTAINERS = """
[containers]
seccomp_profile = "{programs}/usr/share/containers/seccomp.json"
[network]
network_backend = "netavark"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
conmon_path = ["{programs}/usr/bin/conmon"]
conmon_env_vars = ["PATH={path}", "LD_LIBRARY_PATH={libraries}"]
helper_binaries_dir = ["{programs}/usr/lib/podman"]
init_path = "{base}/usr/bin/tini-static"
runtime = "runc"
[engine.runtimes]
runc = ["{base}/usr/sbin/runc"]
"""
STORAGE = """
[storage]
driver = "overlay"
graphroot = "{data}/storage"
runroot = "/run/containers/storage"
"""
# Podman knows no ranges of addresses, but an address without a port stands for all its ports.
REGISTRIES = """
unqualified-search-registries = []
[[registry]]
location = "{registries}"
insecure = true
"""
# Podman puts its cgroups at the top and cannot be told another place, so the top it sees is the lab's own cgroup.
# The real top must be away and not only covered: runc takes the first of two mounts on one folder.
CONFINE = """
mkdir /etc/containers
for top in $(awk '$3 ~ "^cgroup2?$" {{print $2}}' /proc/mounts); do
    mkdir -p $top{cgroup}
    for file in cpuset.cpus cpuset.mems; do
        test ! -e $top/$file || cat $top/$file >$top{cgroup}/$file
    done
    mount --bind $top{cgroup} /etc/containers
    umount $top
    mount --move /etc/containers $top
done
"""
POLICY = '{"default": [{"type": "insecureAcceptAnything"}]}'


def start(plan: Plan, sandbox: Sandbox) -> Daemons:
    """Start one service for each endpoint. Raise StartError with their log if they do not answer."""
    if plan.tls or plan.settings:
        raise LabError("Podman's service knows neither TLS nor dockerd's settings")
    env = plain_environment(*plan.kind.path(), LD_LIBRARY_PATH=":".join(map(str, plan.kind.libraries())))
    _configure(plan, sandbox, env)
    argv = ["podman", "system", "service", "--time=0"]
    daemons = Daemons(tuple(sandbox.spawn([*argv, url], plan.log, env) for url in plan.urls))
    daemons.wait_until_ready(plan)
    return daemons


def _configure(plan: Plan, sandbox: Sandbox, env: Mapping[str, str]) -> None:
    """Write what Podman reads from /etc/containers, which is the sandbox's own."""
    texts = {
        "containers.conf": CONTAINERS.format(
            programs=cache.get(plan.kind.programs),
            base=cache.get("base"),
            path=env["PATH"],
            libraries=env["LD_LIBRARY_PATH"],
        ),
        "storage.conf": STORAGE.format(data=plan.data),
        "registries.conf": REGISTRIES.format(registries=ip_network(plan.subnet)[1]),
        "policy.json": POLICY,
    }
    folder = plan.folder / "containers"
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text)
    if not Path(f"/proc/{sandbox.pid}/root/etc/containers").exists():
        sandbox.run(CONFINE.format(cgroup=plan.cgroup))
    sandbox.run(f"cp {folder}/* /etc/containers")
