"""The registry client on a real registry behind the lab's difficult servers."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.reference import Reference
from tests.adapters.registry.helpers import JumpingClock, client, ref, refusal
from tests.fakes.registry import MemoryManifestCache
from tests.lab import Registry
from tests.lab.servers import (
    BrokenServer,
    HtmlServer,
    LimitedServer,
    TokenServer,
    drip,
    garbage,
    half_answer,
    reset,
    silence,
)
from tests.lab.servers.broken import Misbehaviour
from tests.lab.servers.token import Spelling

LOOPBACK = "127.0.0.1"


def tags(registry: Registry, host: str, count: int) -> tuple[list[Reference], list[str]]:
    """Push images and return them as they are called behind `host`, with their digests."""
    pushed = [registry.push(f"web{n}", "1", seed=f"{n}") for n in range(count)]
    return [ref(host, f"web{n}") for n in range(count)], [one.digest for one in pushed]


@pytest.mark.lab
@pytest.mark.parametrize("spelling", ["token", "access_token"])
def test_two_images_cost_one_challenge_two_tokens_and_two_lookups(registry: Registry, spelling: Spelling) -> None:
    async def scenario() -> None:
        with TokenServer(LOOPBACK, registry.host, spelling=spelling) as server:
            refs, digests = tags(registry, server.host, 2)
            async with client() as asker:
                found = await asyncio.gather(*(asker.digest(one, plain_http=True) for one in refs * 21))
                assert found == digests * 21
            assert (server.challenges, len(server.tokens), len(server.requests)) == (1, 2, 5)
            assert [asked.method for asked in registry.requests] == ["HEAD", "HEAD"]

    asyncio.run(scenario())


@pytest.mark.lab
@pytest.mark.parametrize(("login", "method"), [("password", "GET"), ("identitytoken", "POST")])
def test_a_token_server_knows_us_by_password_or_identity_token(
    registry: Registry, tmp_path: Path, login: str, method: str
) -> None:
    async def scenario() -> None:
        with TokenServer(LOOPBACK, registry.host, user="mia", password="s3cret") as server:
            refs, digests = tags(registry, server.host, 1)
            async with client() as asker:
                assert (await refusal(asker, refs[0])).reason == "auth"
            auths = {server.host: {"username": "mia", login: "s3cret"}}
            async with client(auths=auths, folder=tmp_path) as asker:
                assert await asker.digest(refs[0], plain_http=True) == digests[0]
            assert [(handed.method, handed.user) for handed in server.tokens] == [(method, "mia")]

    asyncio.run(scenario())


@pytest.mark.lab
def test_tokens_that_expire_under_way_are_replaced(registry: Registry) -> None:
    async def scenario() -> None:
        with TokenServer(LOOPBACK, registry.host) as server:
            refs, digests = tags(registry, server.host, 1)
            async with client() as asker:
                assert await asker.digest(refs[0], plain_http=True) == digests[0]
                server.expire()
                assert not (await asker.manifest(refs[0], digests[0], plain_http=True)).is_index
            assert len(server.tokens) == 2

    asyncio.run(scenario())


@pytest.mark.lab
def test_a_refusal_with_a_time_to_wait_is_kept_to_by_this_and_the_next_command(registry: Registry) -> None:
    async def scenario() -> None:
        cache, clock = MemoryManifestCache(), JumpingClock()
        with LimitedServer(LOOPBACK, registry.host, retry_after="60") as server:
            refs, digests = tags(registry, server.host, 3)
            for _ in range(2):
                async with client(cache, clock=clock) as asker:
                    errors = await asyncio.gather(*(refusal(asker, one) for one in refs))
                    assert {error.reason for error in errors} == {"rate_limited"}
            assert [asked.method for asked in server.requests] == ["HEAD"]
            server.remaining = None
            clock.elapsed += 60
            async with client(cache, clock=clock) as asker:
                assert await asker.digest(refs[0], plain_http=True) == digests[0]

    asyncio.run(scenario())


@pytest.mark.lab
def test_a_registry_that_is_busy_for_a_moment_is_waited_for(registry: Registry) -> None:
    async def scenario() -> None:
        clock = JumpingClock()
        soon = (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC) + timedelta(seconds=4)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        for wait in ("4", soon):
            with LimitedServer(LOOPBACK, registry.host, retry_after=wait, refusals=1) as server:
                refs, digests = tags(registry, server.host, 1)
                clock.elapsed = 0.0
                async with client(clock=clock) as asker:
                    assert await asker.digest(refs[0], plain_http=True) == digests[0]
                assert clock.elapsed == 4.0

    asyncio.run(scenario())


@pytest.mark.lab
def test_a_quota_is_never_used_up(registry: Registry) -> None:
    async def scenario() -> None:
        with LimitedServer(LOOPBACK, registry.host, remaining=6) as server:
            refs, _ = tags(registry, server.host, 12)
            async with client() as asker:
                found = await asyncio.gather(
                    *(asker.digest(one, plain_http=True) for one in refs), return_exceptions=True
                )
            assert [asked.status for asked in server.requests] == [200] * 5
            assert sum(isinstance(error, RegistryError) and error.reason == "rate_limited" for error in found) == 7

    asyncio.run(scenario())


def test_a_web_page_is_no_manifest() -> None:
    async def scenario() -> None:
        with HtmlServer(LOOPBACK) as server:
            async with client() as asker:
                error = await refusal(asker, ref(server.host))
            assert (error.reason, [asked.method for asked in server.requests]) == ("unsupported", ["HEAD"])

    asyncio.run(scenario())


@pytest.mark.parametrize("misbehave", [garbage, half_answer, reset, silence, drip])
def test_a_server_that_breaks_off_is_unreachable_or_unsupported_and_the_message_names_it(
    misbehave: Misbehaviour,
) -> None:
    async def scenario() -> None:
        with BrokenServer(LOOPBACK, misbehave) as server:
            async with client(timeout_s=0.5) as asker:
                error = await refusal(asker, ref(server.host))
            assert error.reason == ("unreachable" if misbehave is not half_answer else error.reason)
            assert server.host in error.message
            assert error.message.isprintable()
            assert error.hint
            assert server.connections <= 4

    asyncio.run(scenario())
