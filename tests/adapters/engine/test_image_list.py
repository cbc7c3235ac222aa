"""What the engines' image list tells of images, and that it is what an inspect of each tells."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from dockmon_cli.adapters.clock import SystemClock
from dockmon_cli.adapters.engine.engines import DockerEngines
from dockmon_cli.core.documents import Document
from dockmon_cli.core.hosts import Host
from tests.adapters.engine.conftest import Subject, host_of
from tests.kinds import docker_kinds
from tests.lab import Engine, Registry
from tests.lab.servers.http import Answer, HttpServer, Question


def test_the_list_names_an_image_and_its_labels(subject: Subject) -> None:
    async def look() -> tuple[Document, Document]:
        async with subject.engines.open(subject.host, timeout_s=20) as engine:
            image = await engine.inspect_image(subject.image)
            return image, next(row for row in await engine.tags() if row["Id"] == image["Id"])

    image, row = asyncio.run(look())
    assert image["Config"]["Labels"] == row["Labels"] == {"maker": "lab"}
    assert subject.image in row["RepoTags"]


@pytest.mark.lab
@pytest.mark.parametrize("kind", ["20.10", "26.1"])
def test_with_the_graph_driver_the_list_says_of_names_and_labels_what_an_inspect_says(
    engine_of: Callable[[str], Engine], registry: Registry, kind: str
) -> None:
    nas, said, told = engine_of(kind), {}, {}
    first = registry.push("listed/web", "1", labels={"a": "1"})
    nas.docker("pull", first.ref)
    nas.docker("tag", first.ref, "elsewhere.lan/copy:2")
    nas.docker("create", "--name", "base", first.ref)
    nas.docker("commit", "-c", "LABEL b=2", "base", "built:1")
    bare = registry.push("listed/bare", "1", seed="bare")
    nas.docker("pull", f"{bare.ref.rpartition(':')[0]}@{bare.digest}")
    registry.push("listed/web", "1", seed="next", labels={"a": "2"})
    nas.docker("pull", first.ref)
    nas.docker("rmi", "elsewhere.lan/copy:2")

    async def look() -> None:
        async with DockerEngines(SystemClock()).open(host_of(nas, "unix"), timeout_s=20) as engine:
            for row in await engine.tags():
                image = await engine.inspect_image(row["Id"])
                said[row["Id"]] = _names(row), row["Labels"] or {}
                told[row["Id"]] = _names(image), image["Config"]["Labels"] or {}

    asyncio.run(look())
    assert said == told
    assert sorted(labels.get("a", "") + labels.get("b", "") for _names, labels in said.values()) == ["", "1", "12", "2"]


class _HidesInfo(HttpServer):
    """A socket proxy before an engine that keeps `/info` back, as the usual ones do."""

    def __init__(self, engine: httpx.Client) -> None:
        super().__init__("127.0.0.1")
        self._engine = engine

    def answer(self, question: Question) -> Answer:
        if question.path.endswith("/info"):
            return Answer(403)
        found = self._engine.request(question.method, question.path, content=question.body)
        return Answer(found.status_code, found.content, {"Content-Type": "application/json"})


@pytest.mark.lab
@pytest.mark.parametrize("kind", docker_kinds("20.10", "26.1-containerd"))
def test_where_a_proxy_keeps_info_back_the_list_shows_which_store_it_is(
    engine_of: Callable[[str], Engine], registry: Registry, kind: str
) -> None:
    nas = engine_of(kind)
    nas.docker("pull", registry.push("listed/stored", "1").ref)

    async def store(host: Host) -> tuple[str, str]:
        async with DockerEngines(SystemClock()).open(host, timeout_s=20) as engine:
            info = await engine.info()
            return info.engine_id, info.image_store

    engine_id, told = asyncio.run(store(host_of(nas, "unix")))
    socket = httpx.HTTPTransport(uds=nas.unix_url.removeprefix("unix://"))
    with httpx.Client(transport=socket, base_url="http://engine", timeout=20) as behind, _HidesInfo(behind) as proxy:
        assert asyncio.run(store(Host("id", "nas", f"tcp://{proxy.host}"))) == ("", told)
    assert (bool(engine_id), told) == (True, "containerd" if kind == "26.1-containerd" else "graph")


def _names(image: Document) -> tuple[list[Any], list[Any]]:
    """Releases before 25 list an image without names under a name of `<none>`."""
    tags, digests = image["RepoTags"] or [], image["RepoDigests"] or []
    return sorted(set(tags) - {"<none>:<none>"}), sorted(set(digests) - {"<none>@<none>"})
