"""On which line a key stands: the first that names it in its table.

The parser tells lines for syntax errors only. This reads just enough to point at the rest: table headers, and
the key at the start of each line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dockmon_cli.core.config.keys import Path

_WORD = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_WORD}(?:\s*\.\s*{_WORD})*"
_HEADER = re.compile(rf"\s*\[\[?\s*({_DOTTED})\s*\]")
_ENTRY = re.compile(rf"\s*({_DOTTED})\s*=")
_QUOTES = ('"""', "'''")


@dataclass(frozen=True, slots=True)
class Lines:
    """The paths that the lines of a file name, with the line's number, in the file's order."""

    named: tuple[tuple[Path, int], ...]

    def of(self, path: Path) -> int:
        """Given a path, return the line that names it; for one inside an inline table, that of the table; else 1."""
        exact = (line for named, line in self.named if named[: len(path)] == path)
        around = [(len(named), line) for named, line in self.named if path[: len(named)] == named]
        return next(exact, max(around, default=(0, 1), key=lambda found: found[0])[1])


def read_lines(text: str) -> Lines:
    """Given the text of a TOML file, return which line names what."""
    table: Path = ()
    named: list[tuple[Path, int]] = []
    closing = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if closing:
            closing = "" if closing in line else closing
        elif header := _HEADER.match(line):
            table = _path(header[1])
            named.append((table, number))
        elif entry := _ENTRY.match(line):
            named.append(((*table, *_path(entry[1])), number))
            closing = next((quotes for quotes in _QUOTES if line.count(quotes) == 1), "")
    return Lines(tuple(named))


def _path(dotted: str) -> Path:
    return tuple(word.strip("\"'") for word in re.findall(_WORD, dotted))
