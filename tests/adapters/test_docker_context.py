"""Where `docker` itself would find engines, read as docker does."""

import hashlib
import json
from pathlib import Path

import pytest

from dockmon_cli.adapters.docker_context import DockerSettingsFiles
from dockmon_cli.core.errors import NotFound, UsageError
from dockmon_cli.core.hosts import TlsFiles


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path)}


def write_context(home: Path, name: str, url: str, *, tls: bool = False, unverified: bool = False) -> Path:
    """Make a context as `docker context create` does; return the folder of its TLS files."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    meta = home / ".docker/contexts/meta" / digest / "meta.json"
    meta.parent.mkdir(parents=True)
    docker = {"Host": url, "SkipTLSVerify": unverified}
    meta.write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": docker}}))
    folder = home / ".docker/contexts/tls" / digest / "docker"
    if tls:
        folder.mkdir(parents=True)
        for part in ("ca", "cert", "key"):
            (folder / f"{part}.pem").touch()
    return folder


def use(home: Path, name: str) -> None:
    (home / ".docker").mkdir(exist_ok=True)
    (home / ".docker/config.json").write_text(json.dumps({"currentContext": name}))


def test_without_settings_it_is_docker_s_own_socket(env: dict[str, str]) -> None:
    local = DockerSettingsFiles(env).local()
    assert local.url.startswith("unix:///")
    assert local.tls is None


def test_a_rootless_socket_serves_where_docker_s_own_is_missing(env: dict[str, str], tmp_path: Path) -> None:
    if not Path("/var/run/docker.sock").exists() and not Path("/run/podman/podman.sock").exists():
        (tmp_path / "podman").mkdir()
        (tmp_path / "podman/podman.sock").touch()
        own = f"unix://{tmp_path}/podman/podman.sock"
        assert DockerSettingsFiles({**env, "XDG_RUNTIME_DIR": str(tmp_path)}).local().url == own
        (tmp_path / "docker.sock").touch()
    else:
        own = "unix:///"
    assert DockerSettingsFiles({**env, "XDG_RUNTIME_DIR": str(tmp_path)}).local().url.startswith("unix:///")


def test_docker_host_comes_before_contexts(env: dict[str, str], tmp_path: Path) -> None:
    write_context(tmp_path, "nas", "tcp://10.0.0.5:2375")
    use(tmp_path, "nas")
    assert DockerSettingsFiles(env).local().url == "tcp://10.0.0.5:2375"
    named = {**env, "DOCKER_CONTEXT": "nas", "DOCKER_HOST": "tcp://10.0.0.6:2375"}
    assert DockerSettingsFiles(named).local().url == "tcp://10.0.0.6:2375"


def test_docker_context_comes_before_the_current_one(env: dict[str, str], tmp_path: Path) -> None:
    write_context(tmp_path, "nas", "tcp://10.0.0.5:2375")
    write_context(tmp_path, "attic", "ssh://root@attic")
    use(tmp_path, "nas")
    assert DockerSettingsFiles({**env, "DOCKER_CONTEXT": "attic"}).local().url == "ssh://root@attic"
    assert DockerSettingsFiles({**env, "DOCKER_CONTEXT": "default"}).local().url.startswith("unix:///")


@pytest.mark.parametrize("extra", [{"DOCKER_TLS_VERIFY": "1"}, {"DOCKER_CERT_PATH": "/certs"}])
def test_tls_of_the_environment_holds_for_tcp_alone(env: dict[str, str], extra: dict[str, str]) -> None:
    tls = DockerSettingsFiles({**env, **extra, "DOCKER_HOST": "tcp://nas:2376"}).local().tls
    folder = extra.get("DOCKER_CERT_PATH", f"{env['HOME']}/.docker")
    assert tls == TlsFiles(f"{folder}/ca.pem", f"{folder}/cert.pem", f"{folder}/key.pem")
    assert DockerSettingsFiles({**env, **extra, "DOCKER_HOST": "unix:///s"}).local().tls is None


def test_a_context_has_its_tls_files(env: dict[str, str], tmp_path: Path) -> None:
    folder = write_context(tmp_path, "nas", "tcp://10.0.0.5:2376", tls=True)
    (found,) = DockerSettingsFiles(env).contexts(["nas"])
    assert found.tls == TlsFiles(*(str(folder / f"{part}.pem") for part in ("ca", "cert", "key")))


def test_all_contexts_are_listed_by_name_and_an_unknown_one_is_told(env: dict[str, str], tmp_path: Path) -> None:
    write_context(tmp_path, "nas", "tcp://10.0.0.5:2375")
    write_context(tmp_path, "attic", "ssh://root@attic")
    assert [found.name for found in DockerSettingsFiles(env).contexts(())] == ["attic", "nas"]
    with pytest.raises(NotFound) as caught:
        DockerSettingsFiles(env).contexts(["nsa"])
    assert "nas" in caught.value.hint


def test_a_context_that_turns_verification_off_never_serves(env: dict[str, str], tmp_path: Path) -> None:
    write_context(tmp_path, "open", "tcp://10.0.0.5:2376", tls=True, unverified=True)
    assert DockerSettingsFiles(env).contexts(["open"])[0].problem
    with pytest.raises(UsageError, match="verification"):
        DockerSettingsFiles({**env, "DOCKER_CONTEXT": "open"}).local()


def test_files_that_are_no_json_count_as_absent(env: dict[str, str], tmp_path: Path) -> None:
    write_context(tmp_path, "nas", "tcp://x:1")
    next((tmp_path / ".docker/contexts/meta").glob("*/meta.json")).write_text("{")
    (tmp_path / ".docker/config.json").write_text("[]")
    assert DockerSettingsFiles(env).contexts(()) == []
    assert DockerSettingsFiles(env).local().url.startswith("unix:///")


def test_docker_config_moves_the_folder(env: dict[str, str], tmp_path: Path) -> None:
    write_context(tmp_path / "else", "nas", "tcp://10.0.0.5:2375")
    elsewhere = {**env, "DOCKER_CONFIG": str(tmp_path / "else/.docker"), "DOCKER_CONTEXT": "nas"}
    assert DockerSettingsFiles(elsewhere).local().url == "tcp://10.0.0.5:2375"
