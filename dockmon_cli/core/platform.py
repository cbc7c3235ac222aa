"""What an image or an engine is built for, in containerd's spelling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_OS = {"macos": "darwin"}
_ARCHITECTURES = {
    "x86_64": ("amd64", ""),
    "x86-64": ("amd64", ""),
    "i386": ("386", ""),
    "i486": ("386", ""),
    "i586": ("386", ""),
    "i686": ("386", ""),
    "aarch64": ("arm64", ""),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v6"),
    "armv5l": ("arm", "v5"),
    "armv5tel": ("arm", "v5"),
    "armv6l": ("arm", "v6"),
    "armv7l": ("arm", "v7"),
    "armv8l": ("arm", "v8"),
    "loongarch64": ("loong64", ""),
}
_PLAIN_VARIANTS = {"amd64": {"v1", "1"}, "arm64": {"v8", "8", "v8.0"}}
_LOWEST_VARIANT = {"arm": 5, "amd64": 2}
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Platform:
    """An operating system, an architecture and its variant.

    Any spelling may go in (`x86_64`, `armv7l`, `arm64` with `v8`); what comes out is containerd's:
    arm64 has no variant for v8, amd64 none for v1, and arm without one is v7.
    """

    os: str
    architecture: str
    variant: str = ""

    def __post_init__(self) -> None:
        given = self.architecture.lower()
        architecture, implied = _ARCHITECTURES.get(given, (given, ""))
        object.__setattr__(self, "os", _OS.get(self.os.lower(), self.os.lower()))
        object.__setattr__(self, "architecture", architecture)
        object.__setattr__(self, "variant", implied or _variant(architecture, self.variant.lower()))

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Platform | None:
        """Given an index entry's platform, an image configuration or an image inspect, return its platform.

        Return None where the document does not name operating system and architecture.
        """
        words = [document.get(word.lower(), document.get(word)) or "" for word in ("Os", "Architecture", "Variant")]
        if not all(isinstance(word, str) for word in words) or not words[0] or not words[1]:
            return None
        return cls(*words)

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)

    @property
    def is_unknown(self) -> bool:
        """True for `unknown/unknown`, which marks attestations."""
        return UNKNOWN in {self.os, self.architecture}

    def accepts(self) -> tuple[Platform, ...]:
        """The platforms whose images may stand in for this one, best first.

        Lower variants of the same architecture follow, as in containerd. Another architecture (386 on amd64)
        never stands in: replacing a container's image by one of another architecture is no update.
        """
        return (self, *(Platform(self.os, self.architecture, variant) for variant in self._lower_variants()))

    def matches(self, other: Platform) -> bool:
        """True if an image built for `other` may stand in for this platform."""
        return other in self.accepts()

    def _lower_variants(self) -> list[str]:
        if self.architecture == "arm64":
            return [""] if self.variant else []
        lowest, number = _LOWEST_VARIANT.get(self.architecture), self.variant.removeprefix("v")
        if lowest is None or not number.isdecimal() or len(number) > 2:
            return []
        lower = [f"v{n}" for n in range(int(number) - 1, lowest - 1, -1)]
        return [*lower, ""] if self.architecture == "amd64" else lower


def _variant(architecture: str, variant: str) -> str:
    if variant in _PLAIN_VARIANTS.get(architecture, ()):
        return ""
    if architecture == "arm":
        variant = variant or "v7"
        return f"v{variant}" if variant.isdecimal() else variant
    return variant
