"""What `ports.engine.Engine` promises of images, held by the fake and by real engines over every road."""

import asyncio

from tests.adapters.engine.conftest import Subject


def test_the_layers_of_all_images_are_counted(subject: Subject) -> None:
    async def count() -> int:
        async with subject.engines.open(subject.host, timeout_s=20) as engine:
            await engine.inspect_image(subject.image)
            return await engine.image_bytes()

    assert asyncio.run(count()) > 0
