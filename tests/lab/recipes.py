"""What a test says about an image, and the documents that make it true."""

import platform as machine
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from tests.lab import images, layers
from tests.lab.images import Document, Image, Spelling

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
THIS_PLATFORM = f"linux/{ARCHITECTURES.get(machine.machine(), machine.machine())}"
# Serves /www, and ends at once when asked to: a shell waits with its trap only for what runs in the background.
SERVE = ("sh", "-c", "trap exit TERM; httpd -f -p 8080 -h /www & wait")
SECOND = 1_000_000_000


class Recipe(TypedDict, total=False):
    """The fields of an image. What is left out is not in its configuration, except for `cmd`, which is SERVE."""

    cmd: Sequence[str] | None
    entrypoint: Sequence[str] | None
    env: Mapping[str, str]
    labels: Mapping[str, str]
    volumes: Sequence[str]
    exposed: Sequence[str]
    # A command for a shell, asked every second; or the whole document as the engine's API writes it.
    healthcheck: str | Mapping[str, Any]
    workdir: str
    user: str
    # Any other field of the configuration, in the API's own spelling: {"StopSignal": "SIGINT"}.
    config: Mapping[str, Any]
    platforms: Sequence[str]
    # Whether the tag names a single manifest, an OCI index or a Docker manifest list.
    index: Literal[False] | Spelling
    # How a single manifest is spelled; an index decides it for its own.
    spelling: Spelling
    # Whether an attestation lies beside the image (in an OCI index); a text makes another one of it.
    attestation: bool | str
    # Images that differ in nothing else have the same digest, so a new version needs another seed.
    seed: str
    # Path to text, all executable.
    files: Mapping[str, str]
    # Bytes of ballast, for pulls that take their time.
    size: int


@dataclass(frozen=True)
class Dish:
    """A recipe carried out: what the tag shall answer, and the images below it."""

    top: Document
    images: tuple[Image, ...]
    attestations: tuple[Image, ...]


def cook(recipe: Recipe) -> Dish:
    """Return the documents of RECIPE. The same recipe gives the same bytes."""
    attested = recipe.get("attestation", False)
    kind = recipe.get("index") or ("oci" if attested else False)
    spelling = kind or recipe.get("spelling", "docker")
    seed = recipe.get("seed", "")
    stack = [layers.base(), layers.content(seed, recipe.get("files", {}), recipe.get("size", 0))]
    platforms = recipe.get("platforms", [THIS_PLATFORM])
    built = tuple(images.build(platform, _settings(recipe), stack, spelling) for platform in platforms)
    if not kind:
        (only,) = built
        return Dish(only.manifest, built, ())
    vouching = tuple(images.attestation(image, f"{seed} {attested}") for image in built) if attested else ()
    return Dish(images.index([*built, *vouching], kind), built, vouching)


def _settings(recipe: Recipe) -> dict[str, Any]:
    found = {
        "Cmd": recipe.get("cmd", SERVE),
        "Entrypoint": recipe.get("entrypoint"),
        "Env": [f"{key}={value}" for key, value in {"PATH": "/bin", **recipe.get("env", {})}.items()],
        "Labels": recipe.get("labels"),
        "Volumes": {path: {} for path in recipe.get("volumes", ())} or None,
        "ExposedPorts": {_port(port): {} for port in recipe.get("exposed", ())} or None,
        "Healthcheck": _healthcheck(recipe.get("healthcheck")),
        "WorkingDir": recipe.get("workdir"),
        "User": recipe.get("user"),
        **recipe.get("config", {}),
    }
    return {key: value for key, value in found.items() if value is not None}


def _port(port: str) -> str:
    return port if "/" in port else f"{port}/tcp"


def _healthcheck(wanted: str | Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if isinstance(wanted, str):
        return {"Test": ["CMD-SHELL", wanted], "Interval": SECOND, "Timeout": 2 * SECOND, "Retries": 2}
    return wanted
