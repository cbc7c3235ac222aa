"""Run the tests that need no engine on the oldest versions that pyproject.toml allows."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOWER = re.compile(r"([A-Za-z0-9._-]+)>=([0-9][^,;]*)")


def pins(requirements: list[str]) -> list[str]:
    """Given requirements with lower bounds, return each pinned to its bound."""
    return [f"{match[1]}=={match[2]}" for text in requirements if (match := LOWER.match(text))]


def main() -> int:
    """Make the environment, run the tests, return their exit code."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    oldest = pins(project["project"]["dependencies"])
    test_tools = [
        tool for tool in project["dependency-groups"]["dev"] if tool.startswith(("pytest", "hypothesis", "json"))
    ]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = f"{folder}/bin/python"
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "--editable", str(ROOT), *oldest, *test_tools], check=True)
        print("oldest:", *oldest, flush=True)
        return subprocess.run(
            [python, "-m", "pytest", "-m", "not lab", *sys.argv[1:]], cwd=ROOT, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
