"""Registries that give no answer, or none that is of use: each has its reason."""

import asyncio
import json

import pytest

from dockmon_cli.core import manifest as m
from dockmon_cli.core.errors import RegistryError
from tests.adapters.registry.helpers import client, ref, refusal
from tests.adapters.registry.server import Asked, Cut, Hang, Reply, Server
from tests.adapters.registry.shop import Shop
from tests.fakes.registry import MemoryManifestCache

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
