"""Listing the tags of a repository, page by page."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.reference import Reference
from dockmon_cli.ports.registry import Registry
from tests.adapters.registry.helpers import JumpingClock, client, ref
from tests.adapters.registry.server import Asked, Handler, Reply, Server
from tests.adapters.registry.shop import Desk, Shop, refused
from tests.fakes.registry import MemoryManifestCache


def page(tags: Any, link: str = "", *, name: str = "web") -> Reply:
    headers = {"Content-Type": "application/json"} | ({"Link": link} if link else {})
    return Reply(200, json.dumps({"name": name, "tags": tags}).encode(), headers)


class Paged:
    """A registry that serves tags in pages of its own choice; `link` is the form of what leads to the next."""

    def __init__(self, tags: Sequence[str], size: int, link: str = '</v2/web/tags/list?last={last}&n={n}>; rel="next"'):
        self.tags, self.size, self.link = list(tags), size, link

    def __call__(self, asked: Asked) -> Reply:
        assert asked.line == "GET /v2/web/tags/list"
        start = self.tags.index(asked.query["last"]) + 1 if "last" in asked.query else 0
        size = min(self.size, int(asked.query["n"]))
        shown = self.tags[start : start + size]
        more = start + size < len(self.tags)
        return page(shown, self.link.format(last=shown[-1], n=size) if more else "")


async def listed(handler: Handler, **options: Any) -> tuple[tuple[str, ...], Server]:
    async with Server(handler) as server, client(**options) as registry:
        return await registry.tags(ref(server.host), plain_http=True), server


async def list_refusal(registry: Registry, reference: Reference) -> RegistryError:
    with pytest.raises(RegistryError) as caught:
        await registry.tags(reference, plain_http=True)
    return caught.value


@pytest.mark.parametrize(
    "link",
    [
        '</v2/web/tags/list?last={last}&n={n}>; rel="next"',
        "<http://inner.lan:8080/proxied/v2/web/tags/list?last={last}&n={n}>;rel=next",
        '<?last={last}&n={n}>; title="more"; REL="next"',
        '</v2/web/tags/list?n={n}>; rel="first", </v2/web/tags/list?last={last}&n={n}>; rel="next"',
    ],
)
def test_pages_are_followed_at_the_same_registry_however_the_link_is_written(link: str) -> None:
    tags = [f"1.{n}" for n in range(7)]
    found, server = asyncio.run(listed(Paged(tags, 3, link)))
    assert found == tuple(tags)
    assert [asked.query for asked in server.asked] == [
        {"n": "1000"}, {"last": "1.2", "n": "3"}, {"last": "1.5", "n": "3"},
    ]  # fmt: skip


def test_a_registry_that_gives_all_at_once_is_asked_once() -> None:
    found, server = asyncio.run(listed(lambda _: page(["1", "2", "1"])))
    assert (found, len(server.asked)) == (("1", "2"), 1)


def test_a_list_is_one_for_all_that_ask_and_every_page_counts_as_a_request() -> None:
    async def scenario() -> None:
        async with Server(Paged([f"1.{n}" for n in range(6)], 2)) as server, client() as registry:
            both = await asyncio.gather(*(registry.tags(ref(server.host, tag=t), plain_http=True) for t in ("1", "2")))
            assert both[0] == both[1]
            assert (len(server.asked), registry.requests_made()) == (3, 3)

    asyncio.run(scenario())


@pytest.mark.parametrize("tags", [None, []])
def test_a_repository_may_have_no_tags(tags: Any) -> None:
    assert asyncio.run(listed(lambda _: page(tags)))[0] == ()


def test_what_can_be_no_tag_is_left_out() -> None:
    odd = ["1", "../../secret", "a b", "", "x" * 129, 7, None, {"tag": "2"}, "1?x=y", "\u001b[31m"]
    assert asyncio.run(listed(lambda _: page(odd)))[0] == ("1",)


ENDLESS: Mapping[str, Handler] = {
    "the same link again": lambda _: page(["1"], "</v2/web/tags/list?last=1>; rel=next"),
    "two links in turn": lambda asked: page(
        ["1"], f"</v2/web/tags/list?last={'b' if asked.query.get('last') == 'a' else 'a'}>; rel=next"
    ),
    "always another link and no tags": lambda asked: page(
        [], f"</v2/web/tags/list?last={int(asked.query.get('last', '0')) + 1}>; rel=next"
    ),
    "a link to nowhere": lambda _: page(["1"], "</v2/web/tags/list>; rel=next"),
    "a link that is none": lambda _: page(["1"], "<http://[>; rel=next"),
    "too many tags": lambda _: page([str(n) for n in range(10_001)]),
    "too many pages of them": lambda asked: page(
        [f"{asked.query.get('last', '0')}.{n}" for n in range(1000)],
        f"</v2/web/tags/list?last={int(asked.query.get('last', '0')) + 1}>; rel=next",
    ),
    "no list": lambda _: page("1"),
    "no JSON": lambda _: Reply(200, b"<html>", {"Content-Type": "text/html"}),
    "no object": lambda _: Reply(200, b"[]"),
    "not known": lambda _: refused(404, "repository name not known"),
    "not allowed": lambda _: refused(405),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_list_without_an_end_or_that_is_none_is_unsupported(name: str) -> None:
    async def scenario() -> None:
        async with Server(ENDLESS[name]) as server, client() as registry:
            error = await list_refusal(registry, ref(server.host))
            assert error.reason == "unsupported"
            assert server.host in error.message
            assert len(server.asked) <= 500

    asyncio.run(scenario())


def test_exactly_10_000_tags_are_read() -> None:
    assert len(asyncio.run(listed(Paged([str(n) for n in range(10_000)], 1000)))[0]) == 10_000


@pytest.mark.parametrize(("status", "reason"), [(401, "auth"), (403, "auth"), (500, "unreachable")])
def test_other_refusals_of_a_list_mean_what_they_mean_elsewhere(status: int, reason: str) -> None:
    async def scenario() -> None:
        async with Server(lambda _: refused(status)) as server, client() as registry:
            assert (await list_refusal(registry, ref(server.host))).reason == reason

    asyncio.run(scenario())


def test_a_429_amid_the_pages_is_the_failure_of_the_list_and_cools_the_registry() -> None:
    async def scenario() -> None:
        pages, cache, clock = Paged([f"1.{n}" for n in range(6)], 2), MemoryManifestCache(), JumpingClock()

        def answer(asked: Asked) -> Reply:
            return Reply(429, headers={"Retry-After": "600"}) if "last" in asked.query else pages(asked)

        async with Server(answer) as server, client(cache, clock=clock) as registry:
            error = await list_refusal(registry, ref(server.host))
            assert (error.reason, error.retry_after_s) == ("rate_limited", 600.0)
            assert cache.cooldowns == {server.host: clock.now().timestamp() + 600}
            assert len(server.asked) == 2

    asyncio.run(scenario())


def test_a_list_needs_no_other_token_than_a_lookup() -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")
        desk = Desk(shop)
        shop_or_list = shop.__call__

        def answer(asked: Asked) -> Reply:
            return page(["1"]) if asked.path.endswith("/tags/list") else shop_or_list(asked)

        desk.shop = answer  # type: ignore[assignment]
        async with Server(desk) as server, client() as registry:
            assert await registry.tags(ref(server.host), plain_http=True) == ("1",)
            assert await registry.digest(ref(server.host), plain_http=True) == made.top.digest
            assert desk.given == ["repository:web:pull"]

    asyncio.run(scenario())


def test_lists_keep_to_the_number_of_requests_at_once() -> None:
    async def scenario() -> None:
        async def slow(_asked: Asked) -> Reply:
            await asyncio.sleep(0.001)
            return page(["1"])

        async with Server(slow) as server, client(lookups=3) as registry:
            asking = (registry.tags(ref(server.host, f"web{n}"), plain_http=True) for n in range(20))
            await asyncio.gather(*asking)
            assert server.most_at_once <= 3

    asyncio.run(scenario())
