"""Every kind of engine and every switch of it does what it says."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest

from tests.lab import Engine, Lab, Registry
from tests.lab.errors import CommandError
from tests.lab.processes import children, wait_until
from tests.lab.tls import ClientFault, ServerFault

pytestmark = pytest.mark.lab

KINDS = ("20.10", "26.1", "26.1-containerd", "podman")


def tls_options(folder: Path) -> list[str]:
    """Return the docker client's options for the certificates in FOLDER."""
    files = {"--tlscacert": "ca.pem", "--tlscert": "cert.pem", "--tlskey": "key.pem"}
    return ["--tlsverify", *(f"{option}={folder / name}" for option, name in files.items())]


@pytest.fixture(scope="module")
def edge(lab: Lab) -> Engine:
    """An engine with mutual TLS and SSH."""
    return lab.engine("edge", "20.10", tls=True, ssh=True)


@pytest.fixture
def quick(lab: Lab, registry: Registry) -> Iterator[Engine]:
    """An engine that starts quickly, to be hurt."""
    with closing(lab.engine(f"quick-{time.monotonic_ns()}", tcp=False)) as engine:
        engine.docker("run", "-d", "--name", "web", "--restart", "always", registry.push("web", "1").ref)
        yield engine


@pytest.mark.parametrize("kind", KINDS)
def test_an_engine_of_each_kind_pulls_runs_and_publishes(
    engine_of: Callable[[str], Engine], registry: Registry, kind: str
) -> None:
    engine = engine_of(kind)
    image = registry.push("web", "1", files={"/www/index.html": "hello"})

    engine.docker("run", "-d", "--name", "web", "-p", "8080:8080", image.ref)

    url = f"http://{engine.address}:8080/"
    assert wait_until(lambda: _page(url) == "hello", 10)
    assert engine.docker("-H", engine.tcp_url, "ps", "--format", "{{.Names}}") == "web"
    assert engine.docker("inspect", "web", "--format", "{{.Config.Image}}") == image.ref


@pytest.mark.parametrize(
    ("kind", "version", "driver"),
    [("20.10", "20.10", "overlay2"), ("26.1", "26.1", "overlay2"), ("26.1-containerd", "26.1", "overlayfs")],
)
def test_the_kinds_differ_in_version_and_storage(
    engine_of: Callable[[str], Engine], kind: str, version: str, driver: str
) -> None:
    engine = engine_of(kind)

    assert engine.docker("info", "--format", "{{.Driver}} {{.Name}}") == f"{driver} {engine.name}"
    with closing(engine.client()) as client:
        assert client.version()["Version"].startswith(version)


@pytest.mark.parametrize("kind", KINDS)
def test_clean_leaves_an_engine_as_new(engine_of: Callable[[str], Engine], registry: Registry, kind: str) -> None:
    engine = engine_of(kind)
    image = registry.push("web", "1", volumes=["/data"])
    engine.docker("network", "create", "backend")
    for name in ("web", "stopped", "paused", "looping"):
        command = ["false"] if name == "looping" else []
        engine.docker("run", "-d", "--name", name, "--restart=always", "--network=backend", image.ref, *command)
    engine.docker("stop", "stopped")
    engine.docker("pause", "paused")
    engine.docker("tag", image.ref, "mine:1")

    engine.clean()

    for listing in (["ps", "-aq"], ["volume", "ls", "-q"], ["image", "ls", "-q"]):
        assert engine.docker(*listing) == ""
    assert "backend" not in engine.docker("network", "ls")


def test_clean_brings_a_hurt_engine_back(quick: Engine) -> None:
    quick.unplug()
    quick.kill()

    quick.clean()

    assert quick.docker("ps", "-aq") == ""


def test_mutual_tls_lets_in_who_has_the_certificate(edge: Engine) -> None:
    assert edge.tcp_url == f"tcp://{edge.address}:2376"
    assert edge.tls_dir.joinpath("key.pem").stat().st_mode & 0o777 == 0o600

    found = edge.docker(*tls_options(edge.tls_dir), "-H", edge.tcp_url, "info", "--format", "{{.Name}}")

    assert found == "edge"


@pytest.mark.parametrize(
    ("fault", "message"),
    # An engine that refuses may have hung up before the client has read why.
    [("wrong-ca", "unknown authority"), ("foreign", "certificate|reset|pipe"), ("expired", "certificate|reset|pipe")],
)
def test_a_client_with_one_thing_wrong_is_refused(edge: Engine, fault: ClientFault, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        edge.docker(*tls_options(edge.tls.client(fault)), "-H", edge.tcp_url, "version")


def test_client_folders_can_lack_the_certificate_or_show_the_key(edge: Engine) -> None:
    assert [path.name for path in edge.tls.client("no-cert").iterdir()] == ["ca.pem"]
    assert edge.tls.client("open-key").joinpath("key.pem").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("fault", "message"), [("expired", "has expired"), ("wrong-name", "certificate is valid for 192.0.2.1")]
)
def test_a_server_with_one_thing_wrong_is_noticed(lab: Lab, fault: ServerFault, message: str) -> None:
    with closing(lab.engine(f"tls-{fault}", tls=fault)) as engine, pytest.raises(CommandError, match=message):
        engine.docker(*tls_options(engine.tls_dir), "-H", engine.tcp_url, "version")


def test_ssh_reaches_the_socket_where_every_engine_has_it(edge: Engine, tmp_path: Path) -> None:
    done = _ssh(edge, edge.ssh_url, tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("CONTAINER ID")


def test_a_guest_can_log_in_but_not_use_the_socket(edge: Engine, tmp_path: Path) -> None:
    done = _ssh(edge, edge.ssh.guest_url, tmp_path)

    assert done.returncode != 0
    assert "permission denied" in done.stderr


def test_an_unplugged_engine_is_out_of_reach_until_it_is_plugged_in_again(engine: Engine) -> None:
    engine.unplug()
    with pytest.raises(OSError, match=r"timed out|No route"):
        socket.create_connection((engine.address, 2375), timeout=0.5)

    engine.plug()
    assert wait_until(lambda: _connects(engine), 10)


def test_a_paused_engine_accepts_and_never_answers(engine: Engine) -> None:
    engine.pause()
    with socket.create_connection((engine.address, 2375), timeout=0.5) as connection:
        connection.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
        with pytest.raises(TimeoutError):
            connection.recv(64)

    engine.resume()
    assert engine.docker("ps", "-q") == ""


def test_a_killed_engine_leaves_its_containers_running_until_it_is_back(quick: Engine) -> None:
    pid = int(quick.docker("inspect", "web", "--format", "{{.State.Pid}}"))
    before = quick.docker("inspect", "web", "--format", "{{.Id}}")
    daemon = quick.pid

    quick.kill()
    assert children(daemon) == []
    assert quick.inside(f"cat /proc/{pid}/cmdline").startswith("sh")
    quick.start()

    assert quick.docker("inspect", "web", "--format", "{{.Id}}") == before
    assert wait_until(lambda: quick.docker("inspect", "web", "--format", "{{.State.Running}}") == "true", 10)


def test_a_stopped_engine_stops_its_containers_and_starts_them_again(quick: Engine) -> None:
    quick.stop()
    assert not _connects(quick)

    quick.start()

    assert wait_until(lambda: quick.docker("inspect", "web", "--format", "{{.State.Running}}") == "true", 10)


def test_events_come_in_their_order(engine: Engine, registry: Registry) -> None:
    engine.docker("run", "-d", "--name", "web", registry.push("web", "1").ref)
    start = time.time()
    engine.docker("rm", "-f", "web")

    events = [(event["Actor"]["Attributes"].get("name"), event["Action"]) for event in engine.events_since(start)]

    container = [action for name, action in events if name == "web"]
    assert container[0] == "kill"
    assert container[-1] == "destroy"


@pytest.mark.parametrize("kind", ["20.10", "26.1-containerd"])
def test_a_twin_calls_itself_by_the_same_id(lab: Lab, kind: str) -> None:
    with ExitStack() as undo:
        first = undo.enter_context(closing(lab.engine("first", kind, tcp=False)))
        second = undo.enter_context(closing(lab.engine("second", kind, tcp=False, twin=first)))
        ids = [engine.docker("info", "--format", "{{.ID}}") for engine in (first, second)]

    assert ids[0] == ids[1] != ""


def test_a_small_disk_is_full_when_it_is_full(lab: Lab, registry: Registry) -> None:
    image = registry.push("large", "1", size=30_000_000)

    # By default an engine tries again for 20 s.
    small = lab.engine("small", "26.1", tcp=False, disk="24m", settings={"max-download-attempts": 1})
    with closing(small), pytest.raises(CommandError, match="no space left on device"):
        small.docker("pull", image.ref)


def test_compose_brings_a_project_up(lab: Lab, engine: Engine, registry: Registry, tmp_path: Path) -> None:
    ref = registry.push("web", "1").ref
    (tmp_path / "compose.yaml").write_text(f"name: shop\nservices:\n  web:\n    image: {ref}\n")

    lab.compose(engine, tmp_path, "up", "-d")

    assert engine.docker("ps", "--format", "{{.Names}}") == "shop-web-1"


def _ssh(engine: Engine, url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    known = folder / "known_hosts"
    known.write_text(f"[{engine.address}]:2222 {engine.ssh_host_key}\n")
    options = ["-i", str(engine.ssh_key), "-o", f"UserKnownHostsFile={known}", "-o", "BatchMode=yes"]
    argv = ["ssh", *options, url, "docker", "ps"]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def _connects(engine: Engine) -> bool:
    try:
        socket.create_connection((engine.address, 2375), timeout=0.5).close()
    except OSError:
        return False
    return True


def _page(url: str) -> str:
    try:
        return httpx.get(url, trust_env=False).text
    except httpx.TransportError:
        return ""
