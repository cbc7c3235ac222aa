"""Acceptance 18: after an update and after a rollback Compose has nothing to do, whenever `up` is typed meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.driver import Dockmon
from tests.e2e.killer import HALTED, Job, to_text
from tests.e2e.looking import OFTEN, EngineOf, serves
from tests.kinds import docker_kinds
from tests.lab import Engine, Lab, Registry
from tests.lab.processes import plain_environment

pytestmark = pytest.mark.lab
QUICK = {"verify": {"stable_for": "300ms"}}
PROJECT = """
services:
  plain:
    image: {plain}
    volumes: [/data]
  given:
    image: {given}
    configs:
      - source: conf
        target: /etc/app.conf
      - source: served
        target: /bin/serve.conf
    secrets: [token]
configs:
  conf: {{content: "hello"}}
  served: {{environment: SERVED}}
secrets:
  token: {{environment: TOKEN}}
"""
SERVICES = ("plain", "given")
VARIABLES: Any = {"SERVED": "on", "TOKEN": "sesame"}
# In the image there is a file where compose puts one of its own: that one it replaces.
FILES = {"/bin/serve.conf": "off"}
DIES = ["sh", "-c", "exit 3"]


def push(registry: Registry, seed: str, **more: object) -> dict[str, str]:
    """An image for each service: of one digest the others would wait for the first."""
    return {
        name: registry.push(f"compose-{name}", "1", **serves(f"{name} {seed}", files=FILES, **more)).ref
        for name in SERVICES
    }


def ids(engine: Engine) -> set[str]:
    return set(engine.docker("ps", "-a", "-q", "--no-trunc").split())


def placed(engine: Engine) -> str:
    """What the program finds where compose put its files."""
    return engine.docker("exec", "shop-given-1", "cat", "/etc/app.conf", "/bin/serve.conf", "/run/secrets/token")


@pytest.mark.parametrize("kind", docker_kinds("26.1-containerd", "20.10"))
def test_compose_has_nothing_to_do_after_updates_and_a_rollback(
    kind: str, lab: Lab, engine_of: EngineOf, registry: Registry, tmp_path: Path
) -> None:
    engine, folder = engine_of(kind), tmp_path / "shop"
    folder.mkdir()
    (folder / "compose.yaml").write_text(PROJECT.format(**push(registry, f"{kind} 1")))
    lab.compose(engine, folder, "up", "-d", **VARIABLES)
    dockmon = Dockmon(tmp_path, {"nas": engine}, update=OFTEN)
    # Twice: what was copied once is to be known at the next update.
    for number, (more, result) in enumerate([({}, "updated"), ({}, "updated"), ({"cmd": DIES}, "rolled_back")], 2):
        before = ids(engine)
        push(registry, f"{kind} {number}", **more)
        plan = dockmon.json("update", "apply", "nas/shop-given-1", "--dry-run")
        assert "/bin/serve.conf, /etc/app.conf, /run/secrets/token" in plan.item("shop-given-1")["message"], plan
        done = dockmon.json("update", "apply", "--all", "--yes")
        assert done.results() == dict.fromkeys(("shop-plain-1", "shop-given-1"), result), done
        assert (len(before & ids(engine)), len(ids(engine))) == (0 if result == "updated" else 2, 2)
        assert placed(engine) == "helloonsesame"
        after = ids(engine)
        lab.compose(engine, folder, "up", "-d", **VARIABLES)
        assert ids(engine) == after
    assert "sesame" not in (dockmon.state / "dockmon.db").read_bytes().decode("latin-1")


# `up -d` at any moment

MANY = "  {name}:\n    image: {image}\n    container_name: {name}\n    volumes: [/data]\n"
MOMENTS = (
    "lock begun", "stop begun", "set_aside begun", "create begun", "start begun", "verify begun", "commit: committed",
    "remove_old begun",
)  # fmt: skip


class Shop:
    """A compose project with a service for each moment, and one that is updated undisturbed."""

    def __init__(self, lab: Lab, engine: Engine, registry: Registry, folder: Path, names: Sequence[str]):
        self.engine = engine
        self.names = names
        self.dockmon = Dockmon(folder, {"nas": engine}, update=QUICK)
        self._lab, self._registry, self._folder = lab, registry, folder / "shop"
        self._folder.mkdir()
        text = "".join(MANY.format(name=name, image=self._push(name, "old")) for name in names)
        (self._folder / "compose.yaml").write_text(f"services:\n{text}")
        self.up()
        for name in names:
            engine.docker("exec", name, "sh", "-c", f"echo {name} >/data/mine")
            self._push(name, "new")

    def _push(self, name: str, seed: str) -> str:
        return self._registry.push(f"{self._folder.parent.name}/{name}", "1", **serves(f"{name} {seed}")).ref

    def up(self, *names: str) -> None:
        self._lab.compose(self.engine, self._folder, "up", "-d", *names, check=False)

    def lines(self, name: str) -> list[str]:
        """Update one, and return the names of the lines of its journal."""
        record = self._folder / "record"
        self._run([self._job(name, record=str(record))])
        return record.read_text().splitlines()

    def _job(self, name: str, **more: object) -> Job:
        return Job("apply", "nas", name, str(self.dockmon.state), str(self.dockmon.config), **more)  # type: ignore[arg-type]

    def _run(self, jobs: Sequence[Job]) -> None:
        with self._started(jobs) as process:
            assert json.loads(process.communicate(timeout=240)[0]) == [0] * len(jobs)

    @contextmanager
    def halted(self, where: dict[str, int]) -> Iterator[None]:
        """Stand still, for as long as the block lasts, in the update of each of these after a line of its journal."""
        with self._started([self._job(name, line=line, halts=True) for name, line in where.items()]) as process:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == HALTED
            yield
            out, err = process.communicate("go on\n", timeout=240)
        assert json.loads(out) == [0] * len(where), err

    def _started(self, jobs: Sequence[Job]) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.killer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=plain_environment(HOME=str(self.dockmon.home)), cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(to_text(jobs))
        process.stdin.flush()
        return process

    def assert_one_of_each(self) -> None:
        """One container of each, it runs, its data are there; and compose finds its way on."""
        self._assert_running()
        self.up()
        self._assert_running()
        before = ids(self.engine)
        self.up()
        assert ids(self.engine) == before

    def _assert_running(self) -> None:
        names = self.engine.docker("ps", "-a", "--format", "{{.Names}} {{.State}}").splitlines()
        assert sorted(names) == sorted(f"{name} running" for name in self.names), self.engine.docker("ps", "-a")
        assert [self.engine.docker("exec", name, "cat", "/data/mine") for name in self.names] == [*self.names]


def test_up_at_any_moment_of_an_update_leaves_one_container_running_with_its_data(
    lab: Lab, engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    moments = {f"s{number}": line for number, line in enumerate(MOMENTS)}
    shop = Shop(lab, engine, registry, tmp_path, ["whole", *moments])
    lines = shop.lines("whole")
    with shop.halted({name: lines.index(line) for name, line in moments.items()}):
        for name in moments:
            shop.up(name)
    assert shop.dockmon("update", "recover").code == 0
    shop.assert_one_of_each()
