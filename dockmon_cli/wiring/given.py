"""What a run was given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Given(Protocol):
    """The global options and the environment of one run.

    `config` and `state` are the flags alone, None where they were not given; `timeout_s` likewise.
    """

    @property
    def config(self) -> str | None: ...
    @property
    def state(self) -> str | None: ...
    @property
    def timeout_s(self) -> float | None: ...
    @property
    def env(self) -> Mapping[str, str]: ...
