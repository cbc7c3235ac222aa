"""How long a check of many images takes at a registry that is far away."""

from __future__ import annotations

import asyncio
import json
import math
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from bench.measure import Ratio, interleaved, timed
from bench.world import World
from dockmon_cli.core.config.model import Update
from dockmon_cli.core.manifest import OCI_MANIFEST, digest_of
from tests.adapters.registry.server import Asked, Reply, Server

IMAGES = 200
LATENCY_S = 0.05
ROUNDS = 5
PROMISED = 1.5
EMPTY_TAR = bytes(10240)


def many_images(world: World) -> Ratio:
    """What a check of 200 images takes longer than one of a single image, against its rounds of requests."""
    engine = world.lab.engine("far", "26.1", tcp=False)
    served: dict[str, Reply] = {}
    with closing(engine.client()) as client, _far_registry(served) as host:
        for number in range(IMAGES):
            name = f"{host}/far/{number}:1"
            # An image without a file in it, and a container that is never started: all that differs is asked for.
            client.api.import_image_from_data(EMPTY_TAR, name, changes=[f"LABEL far={number}", "CMD none"])
            client.api.create_container(name, name=f"far-{number}")
            served[f"/v2/far/{number}/manifests/1"] = _manifest(str(client.images.get(name).id))
        served |= {path.removesuffix("1") + _digest(reply): reply for path, reply in served.items()}
        env = world.environment({"nas": engine.unix_url})
        every, one = (world.dockmon("update", "check", *words) for words in ((), ("nas/far-0",)))
        # The first check of all, which is not counted, learns what the images are.
        all_s, one_s = interleaved(timed(every, env), timed(one, env), rounds=ROUNDS)
    engine.clean()
    rounds = math.ceil(IMAGES / Update().lookups)
    what = f"update check of {IMAGES} images, less the same of 1"
    return Ratio(what, all_s - one_s, f"its {rounds} rounds of 50 ms", rounds * LATENCY_S, PROMISED)


def _manifest(image_id: str) -> Reply:
    config = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": image_id, "size": 2}
    document = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": []}
    body = json.dumps(document).encode()
    return Reply(200, body, {"Content-Type": OCI_MANIFEST, "Docker-Content-Digest": digest_of(body)})


def _digest(reply: Reply) -> str:
    return reply.headers["Docker-Content-Digest"]


@contextmanager
def _far_registry(served: Mapping[str, Reply]) -> Iterator[str]:
    """Serve replies by path from this machine, each after its time; give `host:port`."""

    async def answer(asked: Asked) -> Reply:
        await asyncio.sleep(LATENCY_S)
        return served.get(asked.path) or Reply(404)

    loop, server = asyncio.new_event_loop(), Server(answer)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
        yield server.host
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
