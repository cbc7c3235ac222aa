"""Images are what their recipe says, and the registry tells who asked for what."""

from collections.abc import Callable, Iterator
from ssl import create_default_context
from typing import Any

import httpx
import pytest

from tests.lab import Engine, Lab, Registry
from tests.lab.errors import CommandError
from tests.lab.recipes import THIS_PLATFORM

pytestmark = pytest.mark.lab

OTHER_PLATFORM = "linux/s390x"
ACCEPT = ",".join(
    [
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ]
)


@pytest.fixture(scope="module")
def private(lab: Lab) -> Registry:
    """A registry that wants a user and a password."""
    return lab.registry(private=True)


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A client that knows no proxy."""
    with httpx.Client(trust_env=False, headers={"Accept": ACCEPT, "User-Agent": "test"}) as client:
        yield client


def url(registry: Registry, repository: str, reference: str) -> str:
    """Return where a manifest is."""
    return f"http://{registry.host}/v2/{repository}/manifests/{reference}"


def test_every_field_of_a_recipe_is_in_the_image(engine: Engine, registry: Registry) -> None:
    image = registry.push(
        "fields",
        "1",
        cmd=["sleep", "60"],
        entrypoint=["/bin/busybox"],
        env={"MODE": "test"},
        labels={"org.opencontainers.image.version": "1.2.3"},
        volumes=["/data"],
        exposed=["80", "53/udp"],
        healthcheck="test -e /tmp/ready",
        workdir="/www",
        user="app",
        config={"StopSignal": "SIGINT"},
    )
    engine.docker("pull", image.ref)

    config: dict[str, Any] = engine.client().images.get(image.ref).attrs["Config"]

    assert config["Cmd"] == ["sleep", "60"]
    assert config["Entrypoint"] == ["/bin/busybox"]
    assert config["Env"] == ["PATH=/bin", "MODE=test"]
    assert config["Labels"] == {"org.opencontainers.image.version": "1.2.3"}
    assert config["Volumes"] == {"/data": {}}
    assert config["ExposedPorts"] == {"80/tcp": {}, "53/udp": {}}
    assert config["Healthcheck"]["Test"] == ["CMD-SHELL", "test -e /tmp/ready"]
    assert (config["WorkingDir"], config["User"], config["StopSignal"]) == ("/www", "app", "SIGINT")


def test_the_same_recipe_gives_the_same_digest_and_another_seed_another(registry: Registry) -> None:
    first, again, other = (registry.push("same", tag, seed=seed) for tag, seed in (("1", ""), ("2", ""), ("3", "x")))

    assert first.digest == again.digest != other.digest


@pytest.mark.parametrize("spelling", ["oci", "docker"])
@pytest.mark.parametrize("kind", ["20.10", "26.1", "26.1-containerd"])
def test_a_tag_can_name_one_manifest_or_an_index_in_either_spelling(
    engine_of: Callable[[str], Engine], registry: Registry, http: httpx.Client, kind: str, spelling: Any
) -> None:
    engine = engine_of(kind)
    single = registry.push("one", spelling, spelling=spelling)
    many = registry.push("many", spelling, index=spelling, platforms=[OTHER_PLATFORM, THIS_PLATFORM])

    for image in (single, many):
        answer = http.head(url(registry, image.ref.split("/")[1].split(":")[0], spelling))
        assert answer.headers["Docker-Content-Digest"] == image.digest
        engine.docker("run", "--rm", image.ref, "true")
    assert single.digest == single.manifests[THIS_PLATFORM]
    assert many.digest not in many.manifests.values()
    assert list(many.manifests) == [OTHER_PLATFORM, THIS_PLATFORM]


def test_an_attestation_changes_the_index_and_not_the_image(registry: Registry, http: httpx.Client) -> None:
    bare, attested, again = (
        registry.push("attested", "1", index="oci", attestation=attestation) for attestation in (False, True, "again")
    )

    assert bare.manifests == attested.manifests == again.manifests
    assert len({bare.digest, attested.digest, again.digest}) == 3
    entries = http.get(url(registry, "attested", again.digest)).json()["manifests"]
    assert [entry["platform"]["architecture"] for entry in entries][-1] == "unknown"


def test_a_deleted_digest_takes_its_tags_along_and_can_be_pushed_again(registry: Registry, http: httpx.Client) -> None:
    image = registry.push("gone", "1")
    registry.push("gone", "2")

    registry.delete("gone", image.digest)
    assert [http.head(url(registry, "gone", tag)).status_code for tag in ("1", "2")] == [404, 404]

    assert registry.push("gone", "1") == image
    assert http.head(url(registry, "gone", "1")).status_code == 200


def test_a_deleted_tag_leaves_the_digest(registry: Registry, http: httpx.Client) -> None:
    image = registry.push("untagged", "1")

    registry.delete_tag("untagged", "1")

    assert http.head(url(registry, "untagged", "1")).status_code == 404
    assert http.head(url(registry, "untagged", image.digest)).status_code == 200


def test_requests_are_those_of_others_in_order(registry: Registry, http: httpx.Client) -> None:
    image = registry.push("asked", "1")
    http.head(url(registry, "asked", "1"))
    http.get(url(registry, "asked", image.digest))
    http.get(url(registry, "asked", "absent"))

    found = [(request.method, request.path, request.status, request.user_agent) for request in registry.requests]
    assert found == [
        ("HEAD", "/v2/asked/manifests/1", 200, "test"),
        ("GET", f"/v2/asked/manifests/{image.digest}", 200, "test"),
        ("GET", "/v2/asked/manifests/absent", 404, "test"),
    ]
    registry.clear_requests()
    assert registry.requests == []


def test_a_private_registry_lets_in_who_logged_in(engine: Engine, private: Registry) -> None:
    image = private.push("secret", "1")
    with pytest.raises(CommandError, match="no basic auth credentials"):
        engine.docker("pull", image.ref)

    engine.docker("login", "-u", private.user, "-p", private.password, private.host)
    engine.docker("pull", image.ref)
    engine.docker("logout", private.host)

    assert {request.status for request in private.requests} >= {200, 401}


def test_a_registry_with_tls_shows_a_certificate_of_its_own_authority(lab: Lab, engine: Engine) -> None:
    registry = lab.registry(tls=True)
    image = registry.push("web", "1")

    engine.docker("pull", image.ref)

    assert registry.ca is not None
    with httpx.Client(trust_env=False, verify=create_default_context(cafile=registry.ca)) as http:
        assert http.head(f"https://{registry.host}/v2/web/manifests/1", headers={"Accept": ACCEPT}).status_code == 200
    with httpx.Client(trust_env=False) as http, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        http.get(f"https://{registry.host}/v2/")


def test_a_stopped_registry_refuses_and_comes_back_with_what_it_had(lab: Lab, http: httpx.Client) -> None:
    registry = lab.registry()
    image = registry.push("web", "1")

    registry.stop()
    with pytest.raises(httpx.ConnectError, match="refused"):
        http.head(url(registry, "web", "1"))
    registry.start()

    assert http.head(url(registry, "web", "1")).headers["Docker-Content-Digest"] == image.digest
    assert [request.status for request in registry.requests] == [200]
