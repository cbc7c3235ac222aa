"""Containers that are bound to each other, and what is seen of it."""

from __future__ import annotations

from tests.e2e.looking import inspect, inspect_all, serves
from tests.lab import Engine
from tests.lab.processes import wait_until
from tests.lab.recipes import Recipe

HTTP = ["sh", "-c", "httpd -p 8080 -h /www; exec serve"]
DIES = ["sh", "-c", "exit 3"]
OTHER_PROJECT = ("-l", "com.docker.compose.project=other", "-l", "com.docker.compose.service=torrent")
PATIENCE_S = 10
BOUND = ("torrent", "looks", "linked", "idle")


def gateway(version: str, **more: object) -> Recipe:
    """Tells its version to whoever shares its network or is linked to it."""
    return serves(version, files={"/www/version": version}, **{"cmd": HTTP, **more})


def run_bound(engine: Engine, image: str) -> None:
    """One container for each way of being bound to `vpn`, one of them in another project, and one that is stopped."""
    engine.docker("run", "-d", "--name", "torrent", "--network", "container:vpn", *OTHER_PROJECT, image)
    engine.docker("run", "-d", "--name", "looks", "--pid", "container:vpn", "--volumes-from", "torrent", image)
    engine.docker("run", "-d", "--name", "linked", "--link", "vpn:gate", image)
    engine.docker("create", "--name", "idle", "--network", "container:vpn", image)
    engine.docker("run", "-d", "--name", "nobody", image)


def asked(engine: Engine) -> tuple[str, str]:
    """What `vpn` answers through the shared network, and through the link, once it does."""
    # A static program can look up no name, so the link's address is read where the engine keeps it up to date.
    linked = "wget -qO- http://$(sed -n 's/[[:space:]].*gate.*//p' /etc/hosts):8080/version"
    return (
        _answer(engine, "torrent", "wget -qO- http://127.0.0.1:8080/version"),
        _answer(engine, "linked", linked),
    )


def _answer(engine: Engine, name: str, question: str) -> str:
    """Ask until there is an answer: what was started this moment may not listen yet."""
    answers: list[str] = []

    def is_answered() -> bool:
        answers.append(engine.docker("exec", name, "sh", "-c", question, check=False))
        return bool(answers[-1])

    wait_until(is_answered, PATIENCE_S)
    return answers[-1]


def ids(engine: Engine, *names: str) -> dict[str, str]:
    return {name: found["Id"] for name, found in inspect_all(engine, *names).items()}


def started(engine: Engine, name: str) -> str:
    return str(inspect(engine, name)["State"]["StartedAt"])
