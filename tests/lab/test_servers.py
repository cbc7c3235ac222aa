"""The small servers misbehave exactly as they say."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import pytest

from tests.lab import Engine, Lab, Registry
from tests.lab.errors import CommandError
from tests.lab.processes import wait_until
from tests.lab.servers import (
    BrokenServer,
    HtmlServer,
    LimitedServer,
    Relay,
    TokenServer,
    drip,
    garbage,
    half_answer,
    reset,
    silence,
)
from tests.lab.servers.token import Spelling

pytestmark = pytest.mark.lab

HERE = "127.0.0.1"


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A client that knows no proxy and soon loses patience."""
    with httpx.Client(trust_env=False, timeout=1) as client:
        yield client


@pytest.mark.parametrize("spelling", ["token", "access_token"])
@pytest.mark.parametrize("kind", ["20.10", "26.1-containerd", "podman"])
def test_engines_pull_through_a_token_server(
    lab: Lab,
    engine_of: Callable[[str], Engine],
    registry: Registry,
    kind: str,
    spelling: Spelling,
) -> None:
    engine = engine_of(kind)
    registry.push("web", "1")
    with TokenServer(lab.address, registry.host, spelling=spelling) as front:
        engine.docker("pull", f"{front.host}/web:1")

        assert front.challenges >= 1
        assert {name for handed in front.tokens for name in handed.repositories} == {"web"}


def test_a_token_opens_one_repository_until_it_expires(registry: Registry, http: httpx.Client) -> None:
    registry.push("web", "1")
    registry.push("other", "1")
    with TokenServer(HERE, registry.host, spelling="access_token", user="lab", password="secret") as front:
        web, other = (f"http://{front.host}/v2/{name}/manifests/1" for name in ("web", "other"))
        realm, scope = f"http://{front.host}/token", "repository:web:pull"
        assert http.head(web).headers["WWW-Authenticate"] == f'Bearer realm="{realm}",service="lab",scope="{scope}"'
        assert http.get(realm, params={"scope": scope}, auth=("lab", "wrong")).status_code == 401
        token = http.get(realm, params={"scope": scope}, auth=("lab", "secret")).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}

        assert [http.head(url, headers=headers).status_code for url in (web, other)] == [200, 401]
        front.expire()
        assert http.head(web, headers=headers).status_code == 401

        form = {"grant_type": "refresh_token", "refresh_token": "secret", "scope": scope}
        assert "access_token" in http.post(realm, data=form).json()
        assert [handed.method for handed in front.tokens] == ["GET", "POST"]
        assert front.challenges == 3


def test_a_limited_registry_counts_down_refuses_and_recovers(registry: Registry, http: httpx.Client) -> None:
    registry.push("web", "1")
    with LimitedServer(HERE, registry.host, remaining=1, retry_after="2", refusals=1) as front:
        answers = [http.head(f"http://{front.host}/v2/web/manifests/1") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 429, 200]
        assert [answer.headers.get("ratelimit-remaining") for answer in answers] == ["0;w=21600", "0;w=21600", None]
        assert [answer.headers.get("Retry-After") for answer in answers] == [None, "2", None]
        assert [asked.status for asked in front.requests] == [200, 429, 200]


def test_a_limit_may_spare_some_methods(registry: Registry, http: httpx.Client) -> None:
    registry.push("web", "1")
    with LimitedServer(HERE, registry.host, methods=["GET"]) as front:
        url = f"http://{front.host}/v2/web/manifests/1"

        assert (http.head(url).status_code, http.get(url).status_code) == (200, 429)


def test_an_engine_cannot_pull_from_a_limited_registry(lab: Lab, engine: Engine, registry: Registry) -> None:
    registry.push("web", "1")
    with (
        LimitedServer(lab.address, registry.host) as front,
        pytest.raises(CommandError, match=r"(?i)too ?many ?requests"),
    ):
        engine.docker("pull", f"{front.host}/web:1")


def test_a_web_page_is_answered_to_everything(http: httpx.Client) -> None:
    with HtmlServer(HERE) as server:
        answer = http.get(f"http://{server.host}/v2/web/manifests/1")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<html>" in answer.text
    assert [asked.path for asked in server.requests] == ["/v2/web/manifests/1"]


def test_garbage_is_no_http(http: httpx.Client) -> None:
    with BrokenServer(HERE, garbage) as server, pytest.raises(httpx.RemoteProtocolError):
        http.get(f"http://{server.host}/")


def test_half_an_answer_ends_too_soon(http: httpx.Client) -> None:
    with BrokenServer(HERE, half_answer) as server, pytest.raises(httpx.RemoteProtocolError, match="peer closed"):
        http.get(f"http://{server.host}/")


def test_a_reset_comes_after_the_question(http: httpx.Client) -> None:
    with BrokenServer(HERE, reset) as server, pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        http.get(f"http://{server.host}/")


def test_silence_lasts(http: httpx.Client) -> None:
    with BrokenServer(HERE, silence) as server, pytest.raises(httpx.ReadTimeout):
        http.get(f"http://{server.host}/")
    assert server.connections == 1


def test_dripping_outlasts_any_time_out_of_a_single_read() -> None:
    with BrokenServer(HERE, drip) as server:
        host, port = server.host.split(":")
        with socket.create_connection((host, int(port)), timeout=1) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            begin = time.monotonic()
            while time.monotonic() - begin < 1.2:
                assert connection.recv(1)


def test_a_relay_holds_each_chunk_back_and_does_not_throttle(engine: Engine) -> None:
    with Relay(HERE, f"{engine.address}:2375", delay=0.1) as relay:
        plain, delayed = (_seconds_for_pings(host) for host in (f"{engine.address}:2375", relay.host))

    # There and back once for each of three questions on one connection.
    assert delayed - plain + 0.05 >= 0.6
    assert delayed < plain + 2
    assert relay.connections == 1


def test_a_relay_can_carry_a_large_answer_whole(lab: Lab, registry: Registry) -> None:
    registry.push("large", "1", size=3_000_000)
    layer = registry.push("large", "1", size=3_000_000)
    with Relay(HERE, registry.host, delay=0.02) as relay, httpx.Client(trust_env=False) as http:
        base = f"http://{relay.host}/v2/large"
        manifest = http.get(
            f"{base}/manifests/{layer.digest}",
            headers={"Accept": "application/vnd.docker.distribution.manifest.v2+json"},
        ).json()
        size, digest = manifest["layers"][1]["size"], manifest["layers"][1]["digest"]

        assert len(http.get(f"{base}/blobs/{digest}").content) == size > 3_000_000


def test_a_relay_can_cut_an_answer_off(engine: Engine, http: httpx.Client) -> None:
    with Relay(HERE, f"{engine.address}:2375", cut_after=300) as relay, pytest.raises(httpx.RemoteProtocolError):
        http.get(f"http://{relay.host}/info")


def test_a_port_is_free_again_after_the_end() -> None:
    with HtmlServer(HERE) as server:
        pass
    host, port = server.host.split(":")
    assert wait_until(lambda: _refused(host, int(port)), 5)


def _seconds_for_pings(host: str) -> float:
    with httpx.Client(trust_env=False) as client:
        client.get(f"http://{host}/_ping")
        begin = time.monotonic()
        for _ in range(3):
            client.get(f"http://{host}/_ping")
        return time.monotonic() - begin


def _refused(host: str, port: int) -> bool:
    with closing(socket.socket()) as connection:
        return connection.connect_ex((host, port)) != 0
