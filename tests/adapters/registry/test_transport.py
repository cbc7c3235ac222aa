"""TLS, plain http and proxies on the way to a registry, and what goes wrong there."""

import asyncio
import shutil
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dockmon_cli.adapters.registry.again import unreachable
from dockmon_cli.adapters.registry.exchange import LIBRARY_ERRORS
from dockmon_cli.core.errors import RegistryError
from tests.adapters.registry.helpers import client, ref, refusal
from tests.adapters.registry.server import Reply, Server
from tests.adapters.registry.shop import Desk, Shop
from tests.lab.tls import Authority, make_authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("tls") / "ca")


def context(
    authority: Authority, name: str = "server", *, expired: bool = False, clients: bool = False
) -> ssl.SSLContext:
    certificate, key = authority.issue(name, "IP:127.0.0.1", expired=expired)
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(certificate, key)
    if clients:
        made.load_verify_locations(authority.certificate)
        made.verify_mode = ssl.CERT_REQUIRED
    return made


def trust(folder: Path, host: str, authority: Authority) -> Path:
    certs = folder / "certs.d" / host
    certs.mkdir(parents=True)
    shutil.copy(authority.certificate, certs / "ca.crt")
    return certs


def test_a_certificate_is_trusted_when_dockers_folder_holds_its_authority(tmp_path: Path, authority: Authority) -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")
        async with Server(shop, context(authority)) as server:
            async with client(folder=tmp_path) as registry:
                error = await refusal(registry, ref(server.host), plain_http=False)
                assert error.reason == "unreachable"
                assert "not trusted" in error.message
                assert f"certs.d/{server.host}/ca.crt" in error.hint
            assert server.asked == []
            trust(tmp_path, server.host, authority)
            async with client(folder=tmp_path) as registry:
                assert await registry.digest(ref(server.host), plain_http=False) == made.top.digest

    asyncio.run(scenario())


def test_an_expired_certificate_is_told(tmp_path: Path, authority: Authority) -> None:
    async def scenario() -> None:
        async with Server(Shop(), context(authority, "old", expired=True)) as server:
            trust(tmp_path, server.host, authority)
            async with client(folder=tmp_path) as registry:
                error = await refusal(registry, ref(server.host), plain_http=False)
                assert "expired" in error.message

    asyncio.run(scenario())


def test_a_client_certificate_in_dockers_folder_is_shown(tmp_path: Path, authority: Authority) -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")
        async with Server(shop, context(authority, "picky", clients=True)) as server:
            certs = trust(tmp_path, server.host, authority)
            async with client(folder=tmp_path) as registry:
                assert (await refusal(registry, ref(server.host), plain_http=False)).reason == "unreachable"
            certificate, key = authority.issue("client", "DNS:client")
            shutil.copy(certificate, certs / "client.cert")
            shutil.copy(key, certs / "client.key")
            async with client(folder=tmp_path) as registry:
                assert await registry.digest(ref(server.host), plain_http=False) == made.top.digest

    asyncio.run(scenario())


@pytest.mark.parametrize("files", [{"ca.crt": "rubbish"}, {"client.cert": "rubbish"}])
def test_a_file_in_dockers_folder_that_is_no_certificate_is_named(tmp_path: Path, files: dict[str, str]) -> None:
    async def scenario() -> None:
        certs = tmp_path / "certs.d" / "lan:5000"
        certs.mkdir(parents=True)
        for name, text in files.items():
            (certs / name).write_text(text)
        async with client(folder=tmp_path) as registry:
            error = await refusal(registry, ref("lan:5000"), plain_http=False)
            assert (error.reason, registry.requests_made()) == ("auth", 0)
            assert str(certs) in error.message

    asyncio.run(scenario())


def test_plain_http_is_never_spoken_where_it_is_not_allowed() -> None:
    async def scenario() -> None:
        async with Server(Shop()) as server, client() as registry:
            error = await refusal(registry, ref(server.host), plain_http=False)
            assert (error.reason, server.asked) == ("unreachable", [])
            assert "registries.insecure" in error.hint

    asyncio.run(scenario())


def test_a_registry_behind_tls_may_not_send_us_to_plain_http(tmp_path: Path, authority: Authority) -> None:
    async def scenario() -> None:
        async with Server(Shop()) as plain:
            away: Iterator[Any] = iter([
                Reply(307, headers={"Location": f"http://{plain.host}/v2/web/manifests/1"}),
                Desk(Shop(), realm=f"http://{plain.host}/token"),
            ])  # fmt: skip
            for handler in away:
                serve = handler if callable(handler) else (lambda _, reply=handler: reply)
                async with Server(serve, context(authority)) as server:
                    trust(tmp_path, server.host, authority)
                    async with client(folder=tmp_path) as registry:
                        assert (await refusal(registry, ref(server.host), plain_http=False)).reason == "unsupported"
            assert plain.asked == []

    asyncio.run(scenario())


def test_an_insecure_registry_may_speak_tls_with_any_certificate(authority: Authority) -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")
        shop.push("api", "1")
        async with Server(shop, context(authority)) as server, client() as registry:
            assert await registry.digest(ref(server.host), plain_http=True) == made.top.digest
            before = registry.requests_made()
            await registry.digest(ref(server.host, "api"), plain_http=True)
            assert registry.requests_made() == before + 1

    asyncio.run(scenario())


def test_requests_go_through_the_proxy_that_the_environment_names() -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")
        async with Server(shop) as proxy, client(environment={"HTTP_PROXY": f"http://{proxy.host}"}) as registry:
            assert await registry.digest(ref("registry.invalid:5000"), plain_http=True) == made.top.digest
            assert [asked.headers["host"] for asked in proxy.asked] == ["registry.invalid:5000"]

    asyncio.run(scenario())


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "gopher://127.0.0.1:1"])
def test_a_proxy_that_cannot_be_used_is_told(proxy: str) -> None:
    async def scenario() -> None:
        async with client(environment={"HTTP_PROXY": proxy}) as registry:
            error = await refusal(registry, ref("registry.invalid:5000"))
            assert (error.reason, registry.requests_made()) == ("unreachable", 0)
            assert "proxy" in error.message

    asyncio.run(scenario())


HTTPX_ERRORS = [
    error
    for error in vars(httpx).values()
    if isinstance(error, type) and issubclass(error, Exception) and error is not httpx.CookieConflict
]


@pytest.mark.parametrize("kind", HTTPX_ERRORS)
def test_every_error_of_the_http_library_has_words_of_ours(kind: type[Exception]) -> None:
    error = kind.__new__(kind)
    error.args = ("it\x1b broke",)
    assert isinstance(error, LIBRARY_ERRORS)
    ours = unreachable("lan:5000", error)
    assert isinstance(ours, RegistryError)
    assert ours.reason in {"unreachable", "unsupported"}
    assert ours.message.isprintable()
    assert ours.hint
