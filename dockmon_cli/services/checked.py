"""One container looked at."""

from __future__ import annotations

from dataclasses import dataclass

from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.containers import Container
from dockmon_cli.core.detect import Running, Served
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.platform import Platform
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.tag_candidates import EXACT, Tracking
from dockmon_cli.ports.engine import Engine
from dockmon_cli.services.served import Source

NOT_ASKED = CheckAnswer("unknown")


@dataclass(frozen=True, slots=True)
class Checked:
    """One container looked at: the answer, and what the registry serves where that was read.

    `engine` is its host's. `tracking` is what it follows. `source` and `running` are None where nothing was compared.
    `is_untold` says that nobody shows what runs.
    """

    container: Container
    engine: Engine
    info: EngineInfo
    tracking: Tracking = EXACT
    answer: CheckAnswer = NOT_ASKED
    source: Source | None = None
    running: Running | None = None
    served: Served | None = None
    is_untold: bool = False

    @property
    def reference(self) -> Reference | None:
        """What the container was created from, where that is a reference that a registry can be asked about."""
        return self.source.reference if self.source else None

    def platform(self, image: Document | None) -> Platform:
        """Given the running image, return its own platform, or the engine's where nothing shows it."""
        info = self.info
        return Platform.of(image or {}) or Platform(info.os, info.architecture, info.variant)
