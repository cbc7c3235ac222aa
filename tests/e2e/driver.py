"""Drive the real command as its users do: a process of its own, with a state folder and a configuration of its own."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab import Engine
from tests.lab.processes import plain_environment

Document = dict[str, Any]
Table = Mapping[str, Any]
PATIENCE_S = 240
UPDATE: Table = {"verify": {"stable_for": "2s"}}


@dataclass(frozen=True)
class Run:
    """What one command came to: exit code, standard output and standard error."""

    argv: tuple[str, ...]
    code: int
    out: str
    err: str

    def __post_init__(self) -> None:
        print(self)  # for the report of a test that fails: an assertion's own message is cut short

    @property
    def document(self) -> Document:
        """The JSON document on standard output (`-o json`); fails with all that was said if there is none."""
        try:
            found: Document = json.loads(self.out)
        except ValueError:
            raise AssertionError(f"no JSON document came of {self}") from None
        return found

    @property
    def items(self) -> list[Document]:
        """The document's items."""
        found: list[Document] = self.document["items"]
        return found

    @property
    def errors(self) -> list[Document]:
        """The document's errors."""
        found: list[Document] = self.document["errors"]
        return found

    def item(self, name: str) -> Document:
        """The one item about the container of this name."""
        found = [item for item in self.items if item["name"] == name]
        assert len(found) == 1, f"{len(found)} items are called {name}: {self}"
        return found[0]

    def results(self) -> dict[str, str]:
        """Each container's `result` by its name."""
        return {item["name"]: item["result"] for item in self.items}

    def __str__(self) -> str:
        return f"dockmon {' '.join(self.argv)} (exit {self.code})\n{self.out}\n{self.err}"


class Dockmon:
    """dockmon installed for one user, whose hosts are declared in a configuration file.

    A host is an engine of the lab, reached by its unix socket, or the table of keys that the configuration takes.
    Everything is below `folder`: `state`, `dockmon.toml`, and `home` (where docker's logins may be put).
    """

    def __init__(self, folder: Path, hosts: Mapping[str, Engine | Table], *, update: Table = UPDATE, **tables: Table):
        self.state = folder / "state"
        self.home = folder / "home"
        self.config = folder / "dockmon.toml"
        self.home.mkdir(parents=True, exist_ok=True)
        declared = {name: host if isinstance(host, Mapping) else {"url": host.unix_url} for name, host in hosts.items()}
        self.configure(hosts=declared, update=update, **tables)

    def __call__(self, *argv: str, stdin: str = "", **env: str) -> Run:
        """Run a command to its end; further variables of its environment may be given."""
        with self.start(*argv, **env) as process:
            try:
                out, err = process.communicate(stdin, timeout=PATIENCE_S)
            finally:
                process.kill()
        return Run(argv, process.returncode, out, err)

    def json(self, *argv: str, **env: str) -> Run:
        """Run a command for its JSON document."""
        return self(*argv, "-o", "json", **env)

    def start(self, *argv: str, **env: str) -> subprocess.Popen[str]:
        """Start a command and return its process, for who wants to kill it."""
        return subprocess.Popen(
            [sys.executable, "-m", "dockmon_cli", *argv, "--state", str(self.state)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=plain_environment(HOME=str(self.home), DOCKMON_CONFIG=str(self.config)) | env,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip

    def configure(self, **tables: Table) -> None:
        """Write the configuration anew."""
        lines = [f"{key} = {_toml(value)}" for key, value in tables.items()]
        self.config.write_text("\n".join(lines) + "\n")


def _toml(value: Any) -> str:
    """A value as TOML; what JSON writes for strings, numbers, booleans and lists is TOML too."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
