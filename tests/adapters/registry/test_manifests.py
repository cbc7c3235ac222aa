"""Asking for manifests and configurations: each is what its digest names, and is fetched once."""

import asyncio
import json

import pytest

from dockmon_cli.core import manifest as m
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.platform import Platform
from tests.adapters.registry.helpers import client, ref
from tests.adapters.registry.server import Reply, Server
from tests.adapters.registry.shop import Shop
from tests.fakes.registry import MemoryManifestCache


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


def test_a_manifest_is_asked_for_by_digest_alone() -> None:
    async def scenario() -> None:
        async with client() as registry:
            with pytest.raises(ValueError, match="not a digest"):
                await registry.manifest(ref("lan:5000"), "latest", plain_http=True)

    asyncio.run(scenario())
