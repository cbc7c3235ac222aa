"""What `ports.engine.Engine` promises of images, held by the fake and by real engines over every road."""

import pytest

from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import EngineError, NoSuchObject
from dockmon_cli.ports.engine import Engine
from tests.adapters.engine.conftest import Subject
from tests.adapters.engine.contract import on

ABSENT = "sha256:" + "0" * 64


def test_a_pull_by_digest_brings_the_image_moves_no_tag_and_tells_of_layers(subject: Subject) -> None:
    repository, digest = subject.pullable
    layers: list[str] = []

    async def work(engine: Engine) -> tuple[set[str], Document]:
        await engine.pull(repository, digest, None, lambda layer, *_: layers.append(layer), 60)
        names = {name for image in await engine.tags() for name in image.get("RepoTags") or ()}
        # The containerd store lists what was pulled by digest among the tags as well.
        tags = {name for name in names if "@" not in name}
        return tags, await engine.inspect_image(f"{repository}@{digest}")

    tags, image = on(subject, work)
    assert tags - {"<none>:<none>"} == {subject.image}
    assert f"{repository}@{digest}" in image["RepoDigests"]
    assert layers


def test_a_pull_of_what_the_registry_does_not_have_is_an_error_in_the_engines_words(subject: Subject) -> None:
    with pytest.raises(EngineError, match=r"not found|unknown") as caught:
        on(subject, lambda engine: engine.pull(subject.pullable[0], ABSENT, None, lambda *_: None, 60))
    assert not isinstance(caught.value, NoSuchObject)


def test_a_tag_moves_and_goes_and_removing_it_twice_is_no_error(subject: Subject) -> None:
    async def work(engine: Engine) -> tuple[str, str]:
        image_id = (await engine.inspect_image(subject.image))["Id"]
        await engine.tag(image_id, "dockmon-rollback/web:1")
        by_tag = (await engine.inspect_image("dockmon-rollback/web:1"))["Id"]
        for _ in range(2):
            await engine.untag("dockmon-rollback/web:1")
        with pytest.raises(NoSuchObject):
            await engine.inspect_image("dockmon-rollback/web:1")
        assert (await engine.inspect_image(subject.image))["Id"] == image_id
        return image_id, by_tag

    image_id, by_tag = on(subject, work)
    assert image_id == by_tag


def test_the_layers_of_all_images_are_counted_but_by_podman(subject: Subject) -> None:
    async def count(engine: Engine) -> None:
        await engine.inspect_image(subject.image)
        counted, info = await engine.image_bytes(), await engine.info()
        assert counted is None if info.is_podman else counted

    on(subject, count)
