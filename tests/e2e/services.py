"""Services of compose in a yard: containers that compose made, with files that it put into them."""

from __future__ import annotations

from collections.abc import Iterable

from tests.e2e.plants import NOTE, POLICY, Plant
from tests.e2e.shop import VARIABLES, Shop
from tests.e2e.yard import Yard, in_parallel
from tests.lab.registry import Pushed

PROJECT = """
services:
{services}
configs:
  conf: {{content: "hello"}}
secrets:
  token: {{environment: TOKEN}}
"""
SERVICE = """
  {name}:
    image: {image}
    container_name: {name}
    restart: {policy}
    stop_grace_period: 1s
    volumes: [/data]
    networks: {{default: {{aliases: [{name}-alias]}}}}
    configs: [{{source: conf, target: /etc/app.conf}}]
    secrets: [token]
"""
NETWORK = "shop_default"
PLACED = {"/etc/app.conf": "hello", "/run/secrets/token": str(VARIABLES["TOKEN"])}


class Services:
    """The services of one project, each of them a plant of the yard."""

    def __init__(self, shop: Shop, yard: Yard):
        self.shop = shop
        self._yard = yard
        self._images: dict[str, Pushed] = {}

    def plant(self, names: Iterable[str]) -> None:
        """Have compose run one service more for each name, and push the image that is to replace its image."""
        new = {name: self._yard.push(name, "old") for name in names}
        self._images |= new
        services = [SERVICE.format(name=name, image=image.ref, policy=POLICY) for name, image in self._images.items()]
        self.shop.declare(PROJECT.format(services="".join(services)))
        self.shop.up()
        in_parallel(self._adopt, new)
        for name in new:
            self._yard.push_new(name)

    def _adopt(self, name: str) -> None:
        found, pushed = self._yard.api.inspect_container(name), self._images[name]
        self._yard.put_note(found["Id"], name)
        self._yard.plants[name] = Plant(
            name=name,
            state="running",
            old_id=found["Id"],
            old_image=found["Image"],
            ref=pushed.ref,
            pushed=pushed,
            policy=POLICY,
            labels=found["Config"]["Labels"],
            networks={NETWORK: f"{name}-alias"},
            files={NOTE: name, **PLACED},
        )
