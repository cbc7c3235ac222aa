"""Logging in."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.registry.helpers import JumpingClock, client, ref, refusal
from tests.adapters.registry.server import Asked, Reply, Server
from tests.adapters.registry.shop import Desk, Shop, basic, refused

LOOK = "HEAD /v2/web/manifests/1"


@pytest.mark.parametrize("spelling", ["token", "access_token"])
def test_one_challenge_a_registry_and_one_token_a_repository(spelling: str) -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")
        shop.push("web", "2")
        shop.push("team/api", "1")
        desk = Desk(shop, spelling)
        async with Server(desk) as server, client() as registry:
            tags = [ref(server.host), ref(server.host, "web", "2"), ref(server.host, "team/api")] * 14
            found = await asyncio.gather(*(registry.digest(tag, plain_http=True) for tag in tags))
            assert found[0] == made.top.digest
            assert sorted(desk.given) == ["repository:team/api:pull", "repository:web:pull"]
            assert sum(line.startswith("HEAD") for line in server.lines) == 3 + 1
            assert registry.requests_made() == 3 + 1 + 2

    asyncio.run(scenario())


def test_a_token_server_gets_the_login_of_docker_and_the_registry_does_not(tmp_path: Path) -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")
        async with Server(Desk(shop, login="mia:s3cret")) as server:
            auths = {server.host: {"auth": basic("mia:s3cret").removeprefix("Basic ")}}
            async with client(auths=auths, folder=tmp_path) as registry:
                assert await registry.digest(ref(server.host), plain_http=True) == made.top.digest
            first, token, second = server.asked
            assert (first.authorization, token.query["account"]) == ("", "mia")
            assert second.authorization.startswith("Bearer ")

    asyncio.run(scenario())


def test_an_identity_token_is_exchanged_by_post(tmp_path: Path) -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")
        async with Server(Desk(shop, "access_token", identity="idt")) as server:
            async with client(auths={server.host: {"identitytoken": "idt"}}, folder=tmp_path) as registry:
                assert await registry.digest(ref(server.host), plain_http=True) == made.top.digest
            (post,) = (asked for asked in server.asked if asked.method == "POST")
            assert post.form["service"] == "shop"
            assert post.form["scope"] == "repository:web:pull"
            assert post.authorization == ""

    asyncio.run(scenario())


def test_a_token_that_is_refused_is_replaced_once() -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")
        async with Server(Desk(shop, revoked=1)) as server, client() as registry:
            assert await registry.digest(ref(server.host), plain_http=True) == made.top.digest
            assert server.lines == [LOOK, "GET /token", LOOK, "GET /token", LOOK]
        async with Server(Desk(shop, revoked=9)) as server, client() as registry:
            assert (await refusal(registry, ref(server.host))).reason == "auth"
            assert server.lines == [LOOK, "GET /token", LOOK, "GET /token", LOOK]

    asyncio.run(scenario())


def test_a_token_that_may_not_read_the_repository_is_not_replaced() -> None:
    async def scenario() -> None:
        async with Server(Desk(Shop(), revoked=9, error="insufficient_scope")) as server, client() as registry:
            error = await refusal(registry, ref(server.host))
            assert (error.reason, server.lines) == ("auth", [LOOK, "GET /token", LOOK])
            assert f"docker login {server.host}" in error.hint

    asyncio.run(scenario())


def test_a_token_is_renewed_when_its_life_is_over() -> None:
    async def scenario() -> None:
        shop, clock = Shop(), JumpingClock()
        for tag in ("1", "2", "3"):
            shop.push("web", tag)
        desk = Desk(shop)
        async with Server(desk) as server, client(clock=clock) as registry:
            for tag, given in (("1", 1), ("2", 1), ("3", 2)):
                await registry.digest(ref(server.host, "web", tag), plain_http=True)
                assert len(desk.given) == given
                clock.elapsed += 200

    asyncio.run(scenario())


TOKEN_ANSWERS: list[tuple[Reply, str]] = [
    (Reply(401, b'{"details": "incorrect username or password"}'), "auth"),
    (Reply(403), "auth"),
    (Reply(400, b'{"error": "invalid_grant"}'), "auth"),
    (Reply(404), "unsupported"),
    (Reply(200, b"<html>"), "unsupported"),
    (Reply(200, b"{}"), "unsupported"),
    (Reply(200, b'{"token": 5}'), "unsupported"),
    (Reply(200, b'{"token": "a\\r\\nb: c"}'), "unsupported"),
    (Reply(503), "unreachable"),
]


@pytest.mark.parametrize(("reply", "reason"), TOKEN_ANSWERS)
def test_a_token_server_that_gives_no_token_has_its_reason(reply: Reply, reason: str) -> None:
    async def scenario() -> None:
        desk = Desk(Shop())
        async with Server(lambda a: reply if a.path == "/token" else desk(a)) as server, client() as registry:
            error = await refusal(registry, ref(server.host))
            assert error.reason == reason
            assert server.host in error.message
            assert error.message.isprintable()

    asyncio.run(scenario())


@pytest.mark.parametrize("realm", ["gopher://x/token", "/token", "http://[::1/token", "http://"])
def test_a_token_server_at_no_address_is_unsupported(realm: str) -> None:
    async def scenario() -> None:
        async with Server(Desk(Shop(), realm=realm)) as server, client() as registry:
            assert (await refusal(registry, ref(server.host))).reason == "unsupported"

    asyncio.run(scenario())


def wants_basic(login: str, shop: Shop) -> Any:
    def handler(asked: Asked) -> Reply:
        if asked.authorization == basic(login):
            return shop(asked)
        return refused(401, "who are you", {"WWW-Authenticate": 'Basic realm="lab"'})

    return handler


def test_basic_is_sent_to_a_registry_that_asks_for_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")
        shop.push("api", "1")
        async with Server(wants_basic("mia:pass:word", shop)) as server:
            auths = {server.host: {"username": "mia", "password": "pass:word"}}
            async with client(auths=auths, folder=tmp_path) as registry:
                assert await registry.digest(ref(server.host), plain_http=True) == made.top.digest
                await registry.digest(ref(server.host, "api"), plain_http=True)
                assert len(server.asked) == 3

    asyncio.run(scenario())


def test_a_wrong_password_is_tried_once_and_never_shown(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Server(wants_basic("mia:right", Shop())) as server:
            auths = {server.host: {"username": "mia", "password": "wr0ng-one"}}
            async with client(auths=auths, folder=tmp_path) as registry:
                error = await refusal(registry, ref(server.host))
                assert (error.reason, len(server.asked)) == ("auth", 2)
                assert "wr0ng-one" not in f"{error.message} {error.hint} {error!r}"

    asyncio.run(scenario())


def test_without_a_login_the_hint_names_the_command() -> None:
    async def scenario() -> None:
        async with Server(wants_basic("mia:right", Shop())) as server, client() as registry:
            error = await refusal(registry, ref(server.host))
            assert (error.reason, len(server.asked)) == ("auth", 1)
            assert f"docker login {server.host}" in error.hint

    asyncio.run(scenario())


def test_a_registry_that_asks_for_something_else_is_left() -> None:
    async def scenario() -> None:
        ntlm = refused(401, "no", {"WWW-Authenticate": "NTLM"})
        async with Server(lambda _: ntlm) as server, client() as registry:
            assert (await refusal(registry, ref(server.host))).reason == "auth"
            assert len(server.asked) == 1

    asyncio.run(scenario())


def test_several_challenges_are_understood_wherever_they_stand() -> None:
    async def scenario() -> None:
        shop = Shop()
        made = shop.push("web", "1")

        def handler(asked: Asked) -> Reply:
            if asked.path == "/token":
                return Reply(200, b'{"token": "t"}')
            if asked.authorization == "Bearer t":
                return shop(asked)
            bearer = f'Bearer realm="http://{asked.headers["host"]}/token", service="a, b"'
            return Reply(401, more=(("WWW-Authenticate", 'Basic realm="x", Negotiate'), ("WWW-Authenticate", bearer)))

        async with Server(handler) as server, client() as registry:
            assert await registry.digest(ref(server.host), plain_http=True) == made.top.digest
            assert server.asked[1].query["service"] == "a, b"

    asyncio.run(scenario())
