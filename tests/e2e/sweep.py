"""Kills on one engine by the dozen, and what has to be true once `dockmon update recover` has been there."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.driver import Dockmon
from tests.e2e.here import DockmonHere
from tests.e2e.killer import Verb, When
from tests.e2e.killing import job, run_jobs
from tests.e2e.looking import QUICK
from tests.e2e.yard import Yard, events

KILLED = -9
COMMITTED = "commit: committed"


@dataclass(frozen=True)
class Point:
    """Where a process dies: just before or just after a line of its journal is on disk.

    `line` is the line's place; without it, the first one called `name` is meant.
    """

    when: When
    name: str
    line: int = -1


class Sweep:
    """Kills and recovers on one engine."""

    def __init__(self, folder: Path, yard: Yard):
        self.yard = yard
        plain = {"insecure": [yard.registry.host]}  # Podman does not tell which registries it asks without TLS
        self.dockmon: Dockmon = DockmonHere(folder, {"nas": yard.engine}, update=QUICK, registries=plain)
        self.said = ""
        self._folder = folder

    def lines(self, verb: Verb, name: str) -> list[str]:
        """Do one job without a death and return the names of the lines that it wrote."""
        record = self._folder / f"{verb}-{name}"
        ends, self.said = run_jobs(self.dockmon, [job(self.dockmon, verb, name, record=str(record))])
        assert ends == [0], self.said
        return record.read_text().splitlines()

    def kill(self, verb: Verb, victims: Mapping[str, Point]) -> None:
        """Let a process for each of these containers die at its point."""
        jobs = [
            job(self.dockmon, verb, name, line=point.line, at=point.name, when=point.when)
            for name, point in victims.items()
        ]
        ends, self.said = run_jobs(self.dockmon, jobs)
        others = {victim: end for victim, end in zip(victims.items(), ends, strict=True) if end != KILLED}
        assert others == {}, self.said

    def assert_recovered(self, names: Sequence[str]) -> None:
        """`update recover` finishes exactly these, and leaves each as it has to be; a second one does nothing."""
        recovered = self.dockmon.json("update", "recover")
        assert recovered.code == 0, recovered
        assert sorted(item["name"] for item in recovered.items) == sorted(names)
        faults = {name: found for name in self.yard.plants if (found := self.yard.faults(name))}
        assert faults == {}, f"{faults}\n{recovered}"
        assert self.yard.left_behind() == []
        assert self.yard.volumes() == self.yard.used_volumes()
        moment = time.time()
        again = self.dockmon.json("update", "recover")
        assert (again.code, again.items, again.errors) == (0, [], [])
        assert events(self.yard.engine, moment) == []

    def assert_replaced(self, names: set[str]) -> None:
        """The containers of these are new ones, all others are those from before."""
        assert {name for name in self.yard.plants if not self.yard.is_original(name)} == names


def points(lines: Sequence[str]) -> list[Point]:
    """Where to kill: when the intent of a step is on disk, and when a step is done but not on record.

    The end of a step goes to disk together with the next intent, so that each line is met from both sides.
    """
    after = [Point("after", name, line) for line, name in enumerate(lines[:-1])]
    before = [Point("before", name, line) for line, name in enumerate(lines)]
    return [*after, *before[1:]]


def named(letter: str, where: Sequence[Point]) -> dict[str, Point]:
    """Give a container to each point."""
    return {f"{letter}{number:02}": point for number, point in enumerate(where)}


def committed(victims: Mapping[str, Point], lines: Sequence[str]) -> set[str]:
    """Those of the victims whose new container was proven, on record, when they died."""
    end = lines.index(COMMITTED)
    return {name for name, point in victims.items() if point.line + (point.when == "after") > end}
