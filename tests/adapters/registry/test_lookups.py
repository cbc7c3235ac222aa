"""Asking for the digest that a tag has: no more often than needed, and by no more at once than allowed."""

import asyncio

from dockmon_cli import __version__
from dockmon_cli.core import manifest as m
from tests.adapters.registry.helpers import client, ref
from tests.adapters.registry.server import Asked, Reply, Server
from tests.adapters.registry.shop import Shop


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
