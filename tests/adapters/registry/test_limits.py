"""Respecting the limits of registries."""

import asyncio
from collections.abc import Iterator

import pytest

from dockmon_cli.core import manifest as m
from dockmon_cli.core.errors import RegistryError
from tests.adapters.registry.helpers import JumpingClock, client, ref, refusal
from tests.adapters.registry.server import Asked, Reply, Server
from tests.adapters.registry.shop import Desk, Shop
from tests.fakes.registry import MemoryManifestCache


def busy(retry_after: str | None = None) -> Reply:
    return Reply(429, b"slow down", {"Retry-After": retry_after} if retry_after is not None else {})


@pytest.mark.parametrize("retry_after", ["3", "Fri, 02 Jan 2026 03:04:08 GMT"])
def test_a_short_wait_is_waited_for_and_the_lookup_succeeds(retry_after: str) -> None:
    async def scenario() -> None:
        shop, clock, cache = Shop(), JumpingClock(), MemoryManifestCache()
        made = shop.push("web", "1")
        replies: Iterator[Reply | None] = iter([busy(retry_after), None])
        async with Server(lambda asked: next(replies) or shop(asked)) as server, client(cache, clock=clock) as registry:
            assert await registry.digest(ref(server.host), plain_http=True) == made.top.digest
            assert sum(clock.slept) == 3.0
            assert cache.cooldowns == {}

    asyncio.run(scenario())


def test_a_short_wait_is_waited_for_only_once() -> None:
    async def scenario() -> None:
        clock, cache = JumpingClock(), MemoryManifestCache()
        async with Server(lambda _: busy("2")) as server, client(cache, clock=clock) as registry:
            error = await refusal(registry, ref(server.host))
            assert (error.reason, error.retry_after_s, clock.slept) == ("rate_limited", 2.0, [0.0, 2.0])
            assert len(server.asked) == 2
            assert cache.cooldowns == {server.host: clock.now().timestamp() + 2}
            assert (await refusal(registry, ref(server.host, "other"))).reason == "rate_limited"
            assert len(server.asked) == 2

    asyncio.run(scenario())


@pytest.mark.parametrize(("retry_after", "seconds"), [("100", 100.0), (None, 60.0), ("soon", 60.0), ("9" * 9, 86400.0)])
def test_a_long_wait_is_no_wait_and_leaves_the_registry_alone_also_for_the_next_command(
    retry_after: str | None, seconds: float
) -> None:
    async def scenario() -> None:
        shop, clock, cache = Shop(), JumpingClock(), MemoryManifestCache()
        made = shop.push("web", "1")
        async with Server(lambda _: busy(retry_after)) as server, Server(shop) as calm:
            async with client(cache, clock=clock) as registry:
                error = await refusal(registry, ref(server.host))
                assert (error.reason, error.retry_after_s, clock.slept) == ("rate_limited", seconds, [])
                assert server.host in error.message
                assert await registry.digest(ref(calm.host), plain_http=True) == made.top.digest
            server.handler = shop
            async with client(cache, clock=clock) as registry:
                assert (await refusal(registry, ref(server.host))).reason == "rate_limited"
                assert server.lines == ["HEAD /v2/web/manifests/1"]
            clock.elapsed += seconds
            async with client(cache, clock=clock) as registry:
                assert await registry.digest(ref(server.host), plain_http=True) == made.top.digest

    asyncio.run(scenario())


def test_a_stored_wait_from_a_clock_gone_wrong_ends_after_a_day() -> None:
    async def scenario() -> None:
        cache, clock = MemoryManifestCache(), JumpingClock()
        cache.set_cooldown("registry.lan", 1e18)
        async with client(cache, clock=clock) as registry:
            assert (await refusal(registry, ref("registry.lan"))).retry_after_s == 86400.0

    asyncio.run(scenario())


def test_a_429_of_the_token_server_cools_the_registry_too() -> None:
    async def scenario() -> None:
        shop, cache = Shop(), MemoryManifestCache()
        desk = Desk(shop)
        async with (
            Server(lambda asked: busy("90") if asked.path == "/token" else desk(asked)) as server,
            client(cache) as registry,
        ):
            assert (await refusal(registry, ref(server.host))).reason == "rate_limited"
            assert server.lines == ["HEAD /v2/web/manifests/1", "GET /token"]
            assert server.host in cache.cooldowns

    asyncio.run(scenario())


class Metered:
    """A registry that counts every request against a quota, and says so."""

    def __init__(self, shop: Shop, quota: int, cost: int = 1):
        self.shop, self.left, self.cost = shop, quota, cost
        self.refused = 0

    async def __call__(self, asked: Asked) -> Reply:
        if self.left <= 0:
            self.refused += 1
            return busy()
        self.left -= self.cost
        self.shop.extra = {"ratelimit-limit": "100;w=21600", "ratelimit-remaining": f"{self.left};w=21600"}
        reply = self.shop(asked)
        await asyncio.sleep(0.005)
        return reply


def test_asking_stops_before_the_quota_is_gone_and_counts_what_is_under_way() -> None:
    async def scenario() -> None:
        shop = Shop()
        for n in range(30):
            shop.push(f"web{n}", "1")
        metered = Metered(shop, 10)
        async with Server(metered) as server, client() as registry:
            asking = (registry.digest(ref(server.host, f"web{n}"), plain_http=True) for n in range(30))
            found = await asyncio.gather(*asking, return_exceptions=True)
            errors = [error for error in found if isinstance(error, RegistryError)]
            assert (metered.left, metered.refused, len(server.asked), len(errors)) == (1, 0, 9, 21)
            assert {error.reason for error in errors} == {"rate_limited"}

    asyncio.run(scenario())


def test_lookups_that_cost_nothing_go_on_however_small_the_quota() -> None:
    async def scenario() -> None:
        shop = Shop()
        for n in range(30):
            shop.push(f"web{n}", "1")
        metered = Metered(shop, 3, cost=0)
        async with Server(metered) as server, client() as registry:
            asking = (registry.digest(ref(server.host, f"web{n}"), plain_http=True) for n in range(30))
            assert all(isinstance(digest, str) for digest in await asyncio.gather(*asking))
            assert server.most_at_once <= 2

    asyncio.run(scenario())


def test_a_429_without_a_digest_is_never_answered_with_a_get() -> None:
    async def scenario() -> None:
        shop = Shop(tells_digest=False)
        shop.push("web", "1")
        async with Server(lambda _: Reply(429, headers={"Content-Type": m.OCI_INDEX})) as server, client() as registry:
            await refusal(registry, ref(server.host))
            assert {asked.method for asked in server.asked} == {"HEAD"}

    asyncio.run(scenario())
