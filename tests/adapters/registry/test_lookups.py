"""Asking for tags, manifests and configurations."""

import asyncio
import json

import pytest

from dockmon_cli import __version__
from dockmon_cli.core import manifest as m
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.platform import Platform
from tests.adapters.registry.helpers import client, ref, refusal
from tests.adapters.registry.server import Asked, Cut, Hang, Reply, Server
from tests.adapters.registry.shop import Shop
from tests.fakes.registry import MemoryManifestCache


def test_42_containers_of_2_images_are_2_lookups() -> None:
    async def scenario() -> None:
        shop = Shop()
        first, second = shop.push("web", "1"), shop.push("team/api", "2", seed="api")
        async with Server(shop) as server, client() as registry:
            tags = [ref(server.host), ref(server.host, "team/api", "2")] * 21
            found = await asyncio.gather(*(registry.digest(tag, plain_http=True) for tag in tags))
            assert found == [first.top.digest, second.top.digest] * 21
            assert sorted(server.lines) == ["HEAD /v2/team/api/manifests/2", "HEAD /v2/web/manifests/1"]
            assert registry.requests_made() == 2

    asyncio.run(scenario())


def test_a_lookup_accepts_all_four_kinds_of_manifest_and_says_who_asks() -> None:
    async def scenario() -> None:
        shop = Shop()
        shop.push("web", "1")
        async with Server(shop) as server, client() as registry:
            await registry.digest(ref(server.host), plain_http=True)
            (asked,) = server.asked
            assert set(asked.headers["accept"].split(", ")) == set(m.MEDIA_TYPES)
            assert asked.headers["user-agent"] == f"dockmon/{__version__}"
            assert asked.authorization == ""

    asyncio.run(scenario())


def test_without_a_digest_header_the_body_is_hashed_and_kept() -> None:
    async def scenario() -> None:
        shop = Shop(tells_digest=False)
        made = shop.push("web", "1", index="oci")
        async with Server(shop) as server, client() as registry:
            digest = await registry.digest(ref(server.host), plain_http=True)
            assert digest == made.top.digest
            assert (await registry.manifest(ref(server.host), digest, plain_http=True)).is_index
            assert server.lines == ["HEAD /v2/web/manifests/1", "GET /v2/web/manifests/1"]

    asyncio.run(scenario())


HTML = {"Content-Type": "text/html; charset=utf-8"}
DIGEST = {"Docker-Content-Digest": "sha256:" + "a" * 64}
INDEX = {"Content-Type": m.OCI_INDEX}
SCHEMA1 = {"Content-Type": "application/vnd.docker.distribution.manifest.v1+prettyjws"}


@pytest.mark.parametrize(
    ("reply", "reason", "requests"),
    [
        (Reply(200, b"<html>", HTML), "unsupported", 1),
        (Reply(200, b"<html>", HTML | DIGEST), "unsupported", 1),
        (Reply(200, b"<html>"), "unsupported", 2),
        (Reply(200, b"{}", SCHEMA1 | DIGEST), "unsupported", 1),
        (Reply(200, b"{}", INDEX | {"Docker-Content-Digest": "sha256:zz"}), "unsupported", 1),
        (Reply(200, b"x" * 9_000_000, INDEX), "unsupported", 2),
        (Reply(204), "unsupported", 1),
        (Reply(418, b"tea"), "unsupported", 1),
        (Reply(404), "not_found", 1),
        (Reply(403), "auth", 1),
        (Reply(401), "auth", 1),
        (Reply(500), "unreachable", 2),
        (Reply(503), "unreachable", 2),
    ],
)
def test_an_answer_that_is_no_digest_has_its_reason(reply: Reply, reason: str, requests: int) -> None:
    async def scenario() -> None:
        async with Server(lambda _: reply) as server, client() as registry:
            error = await refusal(registry, ref(server.host))
            assert (error.reason, len(server.asked)) == (reason, requests)
            assert server.host in error.message
            assert error.hint
            again = await refusal(registry, ref(server.host))
            assert (again.message, len(server.asked)) == (error.message, requests)

    asyncio.run(scenario())


def test_a_failure_of_the_registry_that_passes_is_not_noticed() -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")
        replies = iter([Reply(502), None])
        async with Server(lambda asked: next(replies) or shop(asked)) as server, client() as registry:
            assert await registry.digest(ref(server.host), plain_http=True) == made.top.digest

    asyncio.run(scenario())


def test_a_connection_that_breaks_is_tried_twice() -> None:
    def cut(_: Asked) -> Reply:
        raise Cut

    async def scenario() -> None:
        async with Server(cut) as server, client() as registry:
            error = await refusal(registry, ref(server.host))
            assert (error.reason, server.lines) == ("unreachable", ["HEAD /v2/web/manifests/1"] * 2)

    asyncio.run(scenario())


def test_a_registry_that_is_not_there_is_refused_and_the_message_names_it() -> None:
    async def scenario() -> None:
        async with Server(lambda _: Reply()) as server:
            host = server.host
        async with client() as registry:
            error = await refusal(registry, ref(host))
            assert (error.reason, error.message) == ("unreachable", f"{host}: connection refused")

    asyncio.run(scenario())


def test_a_registry_that_says_nothing_is_waited_for_once_however_many_ask() -> None:
    def hang(_: Asked) -> Reply:
        raise Hang

    async def scenario() -> None:
        async with Server(hang) as server, client(timeout_s=0.2) as registry:
            tags = [ref(server.host, f"web{n}") for n in range(20)]
            errors = await asyncio.gather(*(refusal(registry, tag) for tag in tags))
            assert {error.reason for error in errors} == {"unreachable"}
            assert {error.message for error in errors} == {f"{server.host}: no answer within 0.2 s"}
            assert len(server.asked) == 2

    asyncio.run(scenario())


def test_a_registry_that_drips_meets_the_deadline_of_the_whole_request() -> None:
    async def scenario() -> None:
        reply = Reply(200, b"x" * 1000, INDEX, drip_s=0.05)
        async with Server(lambda _: reply) as server, client(timeout_s=0.3) as registry:
            error = await refusal(registry, ref(server.host))
            assert (error.reason, error.message) == ("unreachable", f"{server.host}: no answer within 0.3 s")

    asyncio.run(scenario())


def test_a_body_that_ends_half_way_is_no_answer() -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")
        reply = Reply(200, made.top.body, {"Content-Type": made.top.media_type}, cut_after=20)
        cache = MemoryManifestCache()
        async with Server(lambda _: reply) as server, client(cache) as registry:
            with pytest.raises(RegistryError) as caught:
                await registry.manifest(ref(server.host), made.top.digest, plain_http=True)
            assert (caught.value.reason, len(server.asked), cache.manifests) == ("unreachable", 2, {})

    asyncio.run(scenario())


def test_a_manifest_is_fetched_once_and_then_kept_for_ever() -> None:
    async def scenario() -> None:
        shop, cache = Shop(), MemoryManifestCache()
        made = shop.push("web", "1", index="oci", platforms=["linux/amd64", "linux/arm64"], attestation=True)
        async with Server(shop) as server:
            tag = ref(server.host)
            async with client(cache) as registry:
                found = await asyncio.gather(
                    *(registry.manifest(tag, made.top.digest, plain_http=True) for _ in range(5))
                )
                entry = found[0].for_platform(Platform("linux", "arm64"))
                assert entry is not None
                assert entry.digest == made.manifests["linux/arm64"].digest
                assert len(found[0].entries) == 2
            async with client(cache) as registry:
                assert await registry.manifest(tag, made.top.digest, plain_http=True) == found[0]
            assert server.lines == [f"GET /v2/web/manifests/{made.top.digest}"]

    asyncio.run(scenario())


def test_content_that_is_not_what_its_digest_names_is_refused_and_not_kept() -> None:
    async def scenario() -> None:
        shop, cache = Shop(), MemoryManifestCache()
        made, other = shop.push("web", "1"), shop.push("web", "2", seed="other")
        forged = Reply(200, other.top.body, {"Content-Type": other.top.media_type})
        async with Server(lambda _: forged) as server, client(cache) as registry:
            with pytest.raises(RegistryError, match="another digest") as caught:
                await registry.manifest(ref(server.host), made.top.digest, plain_http=True)
            assert caught.value.reason == "unsupported"
            with pytest.raises(RegistryError, match="another digest"):
                await registry.image_config(ref(server.host), made.top.digest, plain_http=True)
            assert cache.manifests == {}

    asyncio.run(scenario())


def test_a_spoilt_manifest_in_the_store_is_fetched_anew() -> None:
    async def scenario() -> None:
        shop, cache = Shop(), MemoryManifestCache()
        made = shop.push("web", "1")
        async with Server(shop) as server, client(cache) as registry:
            cache.put_manifest(f"{server.host}/web", made.top.digest, m.OCI_MANIFEST, b"spoilt")
            assert not (await registry.manifest(ref(server.host), made.top.digest, plain_http=True)).is_index
            assert cache.manifests[f"{server.host}/web", made.top.digest][1] == made.top.body

    asyncio.run(scenario())


def test_a_configuration_is_the_document_its_digest_names() -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1", config={"Env": ["A=1"]})
        config = made.configs["linux/amd64"]
        async with Server(shop) as server, client() as registry:
            for _ in range(3):
                found = await registry.image_config(ref(server.host), config.digest, plain_http=True)
                assert found == json.loads(config.body)
            assert server.lines == [f"GET /v2/web/blobs/{config.digest}"]

    asyncio.run(scenario())


def test_redirects_are_followed_and_another_host_sees_no_login() -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")
        async with Server(shop) as other:
            target = f"http://{other.host}/v2/web/manifests/1"

            def door(asked: Asked) -> Reply:
                if not asked.authorization:
                    return Reply(
                        401, headers={"WWW-Authenticate": f'Bearer realm="http://{asked.headers["host"]}/token"'}
                    )
                return Reply(307, headers={"Location": target})

            def entrance(asked: Asked) -> Reply:
                return Reply(200, b'{"token": "t"}') if asked.path == "/token" else door(asked)

            async with Server(entrance) as server, client() as registry:
                assert await registry.digest(ref(server.host), plain_http=True) == made.top.digest
                assert server.asked[-1].authorization == "Bearer t"
                assert [asked.authorization for asked in other.asked] == [""]

    asyncio.run(scenario())


def test_a_challenge_of_the_host_a_redirect_leads_to_is_not_answered() -> None:
    async def scenario() -> None:
        asks = Reply(401, headers={"WWW-Authenticate": 'Basic realm="give me"'})
        async with (
            Server(lambda _: asks) as other,
            Server(lambda _: Reply(302, headers={"Location": f"http://{other.host}/v2/"})) as server,
            client() as registry,
        ):
            assert (await refusal(registry, ref(server.host))).reason == "auth"
            assert (len(server.asked), len(other.asked)) == (1, 1)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "location", ["/v2/web/manifests/1", "ftp://example/x", "http:///x", "http://[::1/x", "file:///etc/passwd"]
)
def test_redirects_without_end_or_to_nowhere_are_refused(location: str) -> None:
    async def scenario() -> None:
        async with Server(lambda _: Reply(302, headers={"Location": location})) as server, client() as registry:
            assert (await refusal(registry, ref(server.host))).reason == "unsupported"
            assert len(server.asked) <= 6

    asyncio.run(scenario())


def test_no_more_lookups_run_at_once_than_allowed_and_connections_are_reused() -> None:
    async def scenario() -> None:
        shop = Shop()
        for n in range(30):
            shop.push(f"web{n}", "1")

        async def slowly(asked: Asked) -> Reply:
            await asyncio.sleep(0.01)
            return shop(asked)

        async with Server(slowly) as server, client(lookups=4) as registry:
            tags = [ref(server.host, f"web{n}") for n in range(30)]
            await asyncio.gather(*(registry.digest(tag, plain_http=True) for tag in tags))
            assert server.most_at_once == 4
            assert server.connections <= 4
            assert len(server.asked) == 30

    asyncio.run(scenario())


def test_a_caller_that_gives_up_does_not_spoil_the_lookup_for_the_others() -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")

        async def slowly(asked: Asked) -> Reply:
            await asyncio.sleep(0.1)
            return shop(asked)

        async with Server(slowly) as server, client() as registry:
            first = asyncio.create_task(registry.digest(ref(server.host), plain_http=True))
            second = asyncio.create_task(registry.digest(ref(server.host), plain_http=True))
            await asyncio.sleep(0.02)
            first.cancel()
            assert await second == made.top.digest
            assert len(server.asked) == 1

    asyncio.run(scenario())


def test_text_of_a_server_reaches_no_terminal_unfiltered() -> None:
    async def scenario() -> None:
        body = json.dumps({"errors": [{"message": "\x1b[2Jgone\r\n" + "x" * 5000}]}).encode()

        def speak(asked: Asked) -> Reply:
            return Reply(200, headers=INDEX) if asked.method == "HEAD" else Reply(403, body)

        async with Server(speak) as server, client() as registry:
            error = await refusal(registry, ref(server.host))
            assert "gone" in error.message
            assert error.message.isprintable()
            assert len(error.message) < 400

    asyncio.run(scenario())


def test_a_manifest_is_asked_for_by_digest_alone() -> None:
    async def scenario() -> None:
        async with client() as registry:
            with pytest.raises(ValueError, match="not a digest"):
                await registry.manifest(ref("lan:5000"), "latest", plain_http=True)

    asyncio.run(scenario())
