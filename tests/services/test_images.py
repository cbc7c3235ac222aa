"""What a check asks engines about images, and that a registry is asked meanwhile."""

import asyncio
from typing import Any

import pytest

from dockmon_cli.core.detect import MANAGERS
from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import ReadOnly
from dockmon_cli.core.image_config import VERSION_LABEL
from dockmon_cli.core.reference import Reference
from dockmon_cli.services.checked import Checked
from dockmon_cli.services.images import FEW
from tests.fakes.engine import FakeEngine
from tests.fakes.registry import FakeRegistry
from tests.services.checking import GRAPH, WEB, World

MANY = 3 * FEW
TOKEN = "com.docker.swarm.task.id"


def many(world: World, **own: Any) -> None:
    """Run many images, of which one has been pushed again since, with labels and settings that they tell apart by."""
    for number in range(MANY):
        ref = f"registry.lan:5000/many{number}:1"
        pushed = world.registry.push(ref, seed=str(number))
        image_id = pushed.digest if world.containerd else pushed.config_digest
        labels = {VERSION_LABEL: f"1.{number}"} if number % 2 else None
        world.engine.add_image(ref, image_id=image_id, digest=pushed.digest, Labels=labels)
        world.engine.add_container(f"many{number}", ref, **own)
    world.registry.push(ref, seed="new")


def told(found: list[Checked]) -> list[tuple[str, Any]]:
    return [(each.container.name, each.answer) for each in found]


def asked(world: World, verb: str) -> list[str]:
    return [argument for said, *arguments in world.engine.calls if said == verb for argument in arguments or [""]]


def test_many_images_of_an_engine_with_a_graph_driver_are_listed_once_instead_of_inspected() -> None:
    world = World()
    many(world)
    assert {each.answer.state for each in world.checks()} == {"up_to_date", "update_available"}
    assert asked(world, "tags") == [""]
    outdated = world.engine.named(f"many{MANY - 1}")["Image"]
    assert sorted(set(asked(world, "inspect_image"))) == sorted({*asked(world, "inspect_image")[:FEW], outdated})
    assert len(asked(world, "inspect_image")) == FEW + 1


@pytest.mark.parametrize("own", [{}, {"Labels": {VERSION_LABEL: "mine"}}, {"Labels": {"a": "b"}}])
def test_the_answers_are_those_that_inspects_give(own: Any) -> None:
    by_list, by_inspect = World(), World()
    by_inspect.engine.fail_on("tags", ReadOnly("not here", status=403), times=None)
    for world in (by_list, by_inspect):
        many(world, **own)
    assert told(by_list.checks()) == told(by_inspect.checks())
    assert len(set(asked(by_inspect, "inspect_image"))) == MANY


def test_an_image_that_the_list_leaves_out_is_inspected() -> None:
    world = World()
    many(world)
    rows = world.engine.tags

    async def without_most() -> list[Document]:
        return (await rows())[:2]

    world.engine.tags = without_most  # type: ignore[method-assign]
    assert [each.answer.state for each in world.checks()].count("up_to_date") == MANY - 1


def test_in_the_containerd_store_every_image_is_inspected() -> None:
    world = World(containerd=True)
    many(world)
    world.checks()
    assert asked(world, "tags") == []
    assert len(set(asked(world, "inspect_image"))) == MANY


class Telling(FakeRegistry):
    """A registry that tells when it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def digest(self, reference: Reference, *, plain_http: bool) -> str:
        self.asked.set()
        return await super().digest(reference, plain_http=plain_http)


class Slow(FakeEngine):
    """An engine that shows no container before something has happened."""

    awaited: asyncio.Event

    async def inspect(self, container: str) -> Document:
        async with asyncio.timeout(5):
            await self.awaited.wait()
        return await super().inspect(container)


def test_a_registry_is_asked_while_the_engine_is() -> None:
    registry, engine = Telling(), Slow(info=GRAPH)
    engine.awaited = registry.asked
    world = World(registry=registry)
    world.engine = engine
    world.run(world.push())
    assert world.check().state == "up_to_date"
    assert registry.lookups == [WEB]


@pytest.mark.parametrize("label", [label for label, _who in MANAGERS])
def test_what_somebody_else_looks_after_is_never_asked_about(label: str) -> None:
    world = World()
    world.pulled(world.push())
    world.engine.add_container("web", WEB, Labels={label: "x"})
    assert (world.check().reason, world.registry.lookups) == ("managed_by", [])


def test_a_label_that_the_image_brought_keeps_nobody_from_asking() -> None:
    world = World()
    pushed = world.push()
    world.engine.add_image(WEB, image_id=pushed.config_digest, digest=pushed.digest, Labels={TOKEN: "x"})
    world.engine.add_container("web", WEB)
    assert (world.check().state, world.registry.lookups) == ("up_to_date", [WEB])
