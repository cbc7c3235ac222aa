"""The scene: five containers on two engines, and the images that will replace them."""

from __future__ import annotations

from dataclasses import dataclass

from tests.lab import Engine, Lab, Registry

VERSION = "org.opencontainers.image.version"
NOTE = "kept in an anonymous volume"


def version(number: str) -> dict[str, str]:
    """The label that tells an image's version."""
    return {VERSION: number}


@dataclass(frozen=True)
class Scene:
    """What the demo plays with; targets are `host/name`."""

    nas: Engine
    edge: Engine
    registry: Registry
    original_id: str
    targets: frozenset[str] = frozenset({"nas/web", "nas/api", "nas/db", "edge/web", "edge/mail"})
    outdated: frozenset[str] = frozenset({"nas/web", "nas/api", "nas/db", "edge/web"})
    broken: str = "nas/api"

    def publish_new_images(self) -> None:
        """Push a new image for all but one; that of `broken` ends a second after its start."""
        self.registry.push("shop/web", "3", labels=version("3.2.0"))
        self.registry.push("postgres", "16", labels=version("16.4"), volumes=["/var/lib/db"])
        crash = ["sh", "-c", "sleep 1; echo 'cannot read settings.toml'; exit 1"]
        self.registry.push("shop/api", "stable", labels=version("2.0.0"), cmd=crash)

    def data_is_there(self) -> bool:
        """True if the database's volume still holds what was written before the update."""
        return self.nas.docker("exec", "db", "cat", "/var/lib/db/note") == NOTE


def set_scene(lab: Lab) -> Scene:
    """Bring up engines and registry, push the first images and run the containers."""
    nas, edge, registry = lab.engine("nas"), lab.engine("edge", kind="20.10"), lab.registry()
    push = registry.push
    web = push("shop/web", "3", labels=version("3.1.0"))
    api = push("shop/api", "stable", labels=version("1.9.2"))
    db = push("postgres", "16", labels=version("16.3"), volumes=["/var/lib/db"])
    mail = push("mail", "1", labels=version("1.0.4"))
    for engine, name, image in (
        (nas, "web", web), (nas, "api", api), (nas, "db", db), (edge, "web", web), (edge, "mail", mail),
    ):  # fmt: skip
        engine.docker("run", "-d", "--name", name, "--restart", "unless-stopped", image.ref)
    nas.docker("exec", "db", "sh", "-c", f"echo '{NOTE}' > /var/lib/db/note")
    return Scene(nas, edge, registry, original_id=nas.docker("inspect", "-f", "{{.Id}}", "api")[:12])
