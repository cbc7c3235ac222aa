"""Time two things in turn, and say how they compare."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """Medians in seconds of what was measured and of what it is held against, and what was promised."""

    what: str
    measured_s: float
    against: str
    against_s: float
    promised: float

    @property
    def ratio(self) -> float:
        """How many times as long it took."""
        return self.measured_s / self.against_s

    @property
    def holds(self) -> bool:
        """True if the promise is kept."""
        return self.ratio <= self.promised

    def __str__(self) -> str:
        numbers = f"{self.measured_s * 1000:.0f} ms against {self.against_s * 1000:.0f} ms"
        verdict = "ok" if self.holds else "MISSED"
        return f"{self.what} / {self.against}: {self.ratio:.2f} (promised {self.promised:g}; {numbers}) {verdict}"


def interleaved(
    first: Callable[[], float], second: Callable[[], float], *, rounds: int, warm_up: int = 1
) -> tuple[float, float]:
    """Run both in turn and return their medians in seconds; the first rounds are not counted."""
    times = [(first(), second()) for _ in range(rounds + warm_up)][warm_up:]
    return statistics.median(a for a, _ in times), statistics.median(b for _, b in times)


def timed(argv: Sequence[str], env: Mapping[str, str]) -> Callable[[], float]:
    """Return a function that runs a process and returns its wall time in seconds. Raise if it fails."""

    def run() -> float:
        began = time.perf_counter()
        subprocess.run(argv, env=dict(env), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - began

    return run
