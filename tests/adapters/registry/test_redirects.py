"""Redirects of a registry: where they are followed, and what the other host sees."""

import asyncio

import pytest

from tests.adapters.registry.helpers import client, ref, refusal
from tests.adapters.registry.server import Asked, Reply, Server
from tests.adapters.registry.shop import Shop


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
