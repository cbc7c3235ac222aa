"""Creating a container from its spec, and what has to follow before it starts."""

from __future__ import annotations

from dockmon_cli.core.create_spec import CreateSpec, rebound
from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import Conflict, EngineError
from dockmon_cli.core.swap_failure import Contended, StepFailed, was_refused
from dockmon_cli.services.swap.context import Swap


async def create_from(swap: Swap, spec: CreateSpec) -> None:
    body = rebound(spec, await swap.successors()).body
    try:
        await create_as(swap, swap.plan.name, body)
    except Conflict as error:
        raise Contended(f"somebody else took the name meanwhile: {error.message}") from error


async def create_as(swap: Swap, name: str, body: Document) -> None:
    """Its name and image tell recovery which it is, if the ID does not get to the disk.

    What has that name after the engine refused is somebody else's, be it of the same image.
    """
    if swap.recorder.operation.facts.get("create_refused"):
        swap.recorder.fact(create_refused="")
    try:
        swap.recorder.note_fact(new_id=await swap.engine.create(name, body))
    except EngineError as error:
        if was_refused(error):
            swap.recorder.fact(create_refused="yes")
        raise


async def check_image(swap: Swap) -> None:
    """The tag may have been moved while it was lent."""
    image = (await swap.engine.inspect(swap.new_id))["Image"]
    if image != swap.plan.new_image_id:
        raise StepFailed("image_mismatch", f"the created container runs {image[:19]}, not the decided image")


async def connect_to(swap: Swap, spec: CreateSpec) -> None:
    for network in spec.leave:
        await swap.engine.disconnect(network, swap.new_id)
    for endpoint in spec.networks:
        await swap.engine.connect(endpoint.network, swap.new_id, endpoint.config)
