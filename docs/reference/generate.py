"""Writes what is made from the table of keys: `python docs/reference/generate.py`, from anywhere."""

from __future__ import annotations

from pathlib import Path

from dockmon_cli.core.config.write import example_file, reference_page

_TOP = Path(__file__).resolve().parents[2]


def main() -> None:
    """Write the example file and the reference page."""
    (_TOP / "dockmon.toml.example").write_text(example_file(), encoding="utf-8")
    (_TOP / "docs/reference/config.md").write_text(reference_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
