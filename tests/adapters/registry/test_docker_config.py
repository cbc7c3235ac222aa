"""Logins from docker's config.json."""

import asyncio
import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dockmon_cli.adapters.registry.docker_config import DockerConfig
from dockmon_cli.adapters.registry.surroundings import Surroundings
from dockmon_cli.core.errors import ConfigError, RegistryError
from dockmon_cli.core.registry_access import Credentials

MIA = {"auth": base64.b64encode(b"mia:s3:cret").decode()}
LOGIN = Credentials("mia", "s3:cret")


def find(folder: Path, registry: str, document: Any, **environment: str) -> Credentials | None:
    text = document if isinstance(document, str) else json.dumps(document)
    (folder / "config.json").write_text(text)
    surroundings = Surroundings({"DOCKER_CONFIG": str(folder)} | environment, helper_timeout_s=1.0)
    return asyncio.run(DockerConfig(None, surroundings).credentials(registry))


@pytest.mark.parametrize(
    ("registry", "auths"),
    [
        ("docker.io", {"https://index.docker.io/v1/": MIA}),
        ("docker.io", {"docker.io": MIA}),
        ("docker.io", {"ghcr.io": {"auth": "eDp5"}, "registry-1.docker.io": MIA}),
        ("ghcr.io", {"ghcr.io": MIA}),
        ("ghcr.io", {"https://ghcr.io": MIA}),
        ("ghcr.io", {"https://ghcr.io/v2/": MIA}),
        ("lan:5000", {"http://lan:5000/v1/": MIA}),
        ("lan:5000", {"lan:5000": {"username": "mia", "password": "s3:cret"}}),
        ("lan:5000", {"https://lan:5000": {"auth": "eDp5"}, "lan:5000": MIA}),
    ],
)
def test_a_login_is_found_under_every_key_that_docker_writes(
    tmp_path: Path, registry: str, auths: Mapping[str, Any]
) -> None:
    assert find(tmp_path, registry, {"auths": auths}) == LOGIN


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"auths": {}},
        {"auths": None},
        {"auths": {"ghcr.io": {}}},
        {"auths": {"ghcr.io.evil.example": MIA, "https://evil.example/ghcr.io": MIA, "ghcr.io:443": MIA}},
    ],
)
def test_no_entry_is_no_login(tmp_path: Path, document: Any) -> None:
    assert find(tmp_path, "ghcr.io", document) is None


def test_an_identity_token_is_read(tmp_path: Path) -> None:
    found = find(tmp_path, "ghcr.io", {"auths": {"ghcr.io": {"auth": MIA["auth"], "identitytoken": "idt"}}})
    assert found == Credentials("mia", "s3:cret", "idt")


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ('{\n"auths": {,}', "line 2"),
        ("[]", "not a JSON object"),
        ({"auths": {"ghcr.io": {"auth": "***"}}}, "login for ghcr.io is malformed"),
        ({"auths": {"ghcr.io": {"auth": "bWlh"}}}, "login for ghcr.io is malformed"),
    ],
)
def test_a_broken_file_is_named_with_the_reason(tmp_path: Path, document: Any, why: str) -> None:
    with pytest.raises(RegistryError, match=why) as caught:
        find(tmp_path, "ghcr.io", document)
    assert caught.value.reason == "auth"
    assert str(tmp_path / "config.json") in caught.value.message
    assert caught.value.hint


def test_the_file_that_the_configuration_names_must_be_there(tmp_path: Path) -> None:
    config = DockerConfig(tmp_path / "config.json", Surroundings({}))
    with pytest.raises(ConfigError, match="No such file") as caught:
        asyncio.run(config.credentials("ghcr.io"))
    assert "registries.docker_config" in caught.value.message
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ConfigError, match="line 1"):
        asyncio.run(config.credentials("ghcr.io"))
    assert config.login_hint("ghcr.io") == f"log in with `docker --config {tmp_path} login ghcr.io`"


def test_dockers_own_file_is_looked_for_where_docker_keeps_it(tmp_path: Path) -> None:
    assert DockerConfig(None, Surroundings({"HOME": "/h"})).file == Path("/h/.docker/config.json")
    assert DockerConfig(None, Surroundings({"HOME": "/h", "DOCKER_CONFIG": "/d"})).file == Path("/d/config.json")
    assert DockerConfig(None, Surroundings({})).file is None
    for environment in ({}, {"HOME": str(tmp_path)}):
        assert asyncio.run(DockerConfig(None, Surroundings(environment)).credentials("ghcr.io")) is None
    assert DockerConfig(None, Surroundings({})).login_hint("docker.io") == "log in with `docker login`"


def helper(folder: Path, script: str, name: str = "lab") -> str:
    program = folder / f"docker-credential-{name}"
    program.write_text(f"#!/bin/sh\nread server\n{script}\n")
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


ANSWER = """printf '{"ServerURL": "%s", "Username": "mia", "Secret": "%s"}' "$server" "$1-$server" """


@pytest.mark.parametrize(("registry", "key"), [("docker.io", "https://index.docker.io/v1/"), ("lan:5000", "lan:5000")])
def test_the_store_of_credentials_is_asked_by_dockers_key(tmp_path: Path, registry: str, key: str) -> None:
    path = helper(tmp_path, ANSWER)
    found = find(tmp_path, registry, {"credsStore": "lab", "auths": {registry: MIA}}, PATH=path)
    assert found == Credentials("mia", f"get-{key}")


def test_a_registrys_own_helper_comes_before_the_store(tmp_path: Path) -> None:
    path = helper(tmp_path, ANSWER)
    document = {"credsStore": "missing", "credHelpers": {"gcr.io": "lab"}}
    assert find(tmp_path, "gcr.io", document, PATH=path) == Credentials("mia", "get-gcr.io")


def test_a_helper_may_give_an_identity_token(tmp_path: Path) -> None:
    path = helper(tmp_path, """echo '{"Username": "<token>", "Secret": "idt"}'""")
    assert find(tmp_path, "gcr.io", {"credsStore": "lab"}, PATH=path) == Credentials(identity_token="idt")


def test_a_helper_that_knows_no_login_leaves_it_to_the_file(tmp_path: Path) -> None:
    path = helper(tmp_path, "echo credentials not found in native keychain; exit 1")
    assert find(tmp_path, "gcr.io", {"credsStore": "lab"}, PATH=path) is None
    assert find(tmp_path, "gcr.io", {"credsStore": "lab", "auths": {"gcr.io": MIA}}, PATH=path) == LOGIN


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo the keychain is locked >&2; exit 1", "the keychain is locked"),
        ("exit 3", "exit code 3"),
        ("echo nonsense", "not a JSON object"),
        ("sleep 60", "no answer within 1 s"),
        ("sleep 60 & sleep 60", "no answer within 1 s"),
    ],
)
def test_a_helper_that_fails_is_named_with_the_reason(tmp_path: Path, script: str, why: str) -> None:
    with pytest.raises(RegistryError, match=why) as caught:
        find(tmp_path, "gcr.io", {"credsStore": "lab"}, PATH=helper(tmp_path, script))
    assert caught.value.reason == "auth"
    assert "docker-credential-lab" in caught.value.message


@pytest.mark.parametrize("name", ["missing", "../lab", "a/b", "-x"])
def test_a_helper_that_is_not_on_the_path_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(RegistryError, match="not on PATH"):
        find(tmp_path, "gcr.io", {"credsStore": name}, PATH=str(tmp_path))
