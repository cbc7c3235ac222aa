"""What a parsed configuration and the environment say, and everything that is wrong with them, all at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dockmon_cli.core.config.keys import KEYS, NAME, PREFIX, Key, Path, is_table, key_at, names_below, words_below
from dockmon_cli.core.config.lines import Lines
from dockmon_cli.core.config.places import Environment, expanded
from dockmon_cli.core.config.settings import Origin, Setting
from dockmon_cli.core.hosts import HOST_NAME
from dockmon_cli.core.text import did_you_mean, nearest, printable
from dockmon_cli.core.windows import EXAMPLE, Windows

SCHEMES = ("unix", "tcp", "ssh")


@dataclass(slots=True)
class Checked:
    """What was understood, by path, and what was not, each as a whole sentence with its place, in order."""

    settings: dict[Path, Setting] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)

    def texts(self) -> list[str]:
        """The problems in the order of their lines."""
        return [text for _line, text in sorted(self.problems, key=lambda problem: problem[0])]


@dataclass(frozen=True, slots=True)
class _File:
    """The file that is being checked."""

    name: str
    lines: Lines
    env: Environment
    out: Checked

    def complain(self, path: Path, text: str) -> None:
        """Note what is wrong at a path; `{}` in the text stands for it."""
        line = self.lines.of(path)
        self.out.problems.append((line, f"{self.name}:{line}: {text.replace('{}', printable('.'.join(path)), 1)}"))

    def accept(self, path: Path, value: Any) -> None:
        self.out.settings[path] = Setting(path, value, Origin(self.name, self.lines.of(path)))


def check_document(document: Mapping[str, Any], name: str, lines: Lines, env: Environment) -> Checked:
    """Given what a file called `name` holds, return its settings and its problems."""
    out = Checked()
    file = _File(name, lines, env, out)
    _walk((), document, file)
    _check_hosts(document.get("hosts"), file)
    _check_rules(document.get("containers"), file)
    _check_windows(window_names(document), file)
    return out


def _walk(path: Path, value: Any, file: _File) -> None:
    key = key_at(path)
    if key is not None:
        _read(key, path, value, file)
    elif not is_table(path):
        file.complain(path, f"unknown key {{}}{_nearest(path)}")
    elif not isinstance(value, Mapping):
        file.complain(path, "{} must be a table")
    else:
        for word, inner in value.items():
            if names_below(path) and not HOST_NAME.match(word):
                file.complain((*path, word), "{} is no name: use lower case letters, digits, '.', '_' and '-'")
            _walk((*path, word), inner, file)


def _read(key: Key, path: Path, value: Any, file: _File) -> None:
    try:
        file.accept(path, _placed(key, key.kind.read(value), file.env, file.name.rpartition("/")[0]))
    except ValueError as error:
        file.complain(path, f"{{}} {error}")


def _placed(key: Key, value: Any, env: Environment, folder: str) -> Any:
    return expanded(value, env, folder) if key.kind.is_path else value


def _nearest(path: Path) -> str:
    """Name the key that was probably meant: one of the same table, else one called so elsewhere."""
    words = words_below(path[:-1])
    match = nearest(path[-1], words)
    if match:
        return f", did you mean {'.'.join((*path[:-1], match))}?"
    elsewhere = {key.path[-1]: key.name for key in KEYS}
    match = nearest(path[-1], elsewhere, likeness=0.85)
    return f", did you mean {elsewhere[match]}?" if match else f" (there are: {', '.join(words)})"


def _tables(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The tables of a table; what is none has been complained about already."""
    if isinstance(value, Mapping):
        yield from ((name, inner) for name, inner in value.items() if isinstance(inner, Mapping))


def _check_hosts(hosts: Any, file: _File) -> None:
    for name, host in _tables(hosts):
        path: Path = ("hosts", name)
        scheme = str(host.get("url", "")).partition("://")[0]
        for key in KEYS:
            if key.required and key.path[0] == "hosts" and key.path[-1] not in host:
                file.complain(path, f"{{}} has no {key.path[-1]}, which every host needs")
        for prefix, wanted in (("tls_", "tcp"), ("ssh_", "ssh")):
            stray = [word for word in host if word.startswith(prefix) and scheme in SCHEMES and scheme != wanted]
            for word in stray:
                file.complain((*path, word), f"{{}} has no meaning for a {scheme}:// host, only for {wanted}://")
        for one, other in (("tls_cert", "tls_key"), ("tls_key", "tls_cert")):
            if one in host and other not in host and "tls_dir" not in host:
                file.complain((*path, one), f"{{}} needs {other} beside it")


def _check_rules(rules: Any, file: _File) -> None:
    selecting = [key.path[-1] for key in KEYS if key.path[:2] == ("containers", NAME) and key.default == ()]
    for name, rule in _tables(rules):
        if not any(rule.get(word) for word in selecting):
            file.complain(("containers", name), f"{{}} selects nothing: give it one of {', '.join(selecting)}")


def _check_windows(named: Collection[str], file: _File) -> None:
    for path, setting in list(file.out.settings.items()):
        if problem := _window_problem(path, setting.value, named):
            file.complain(path, f"{{}} {problem}")


def window_names(document: Mapping[str, Any]) -> Collection[str]:
    """Given what a file holds, return the names of its windows, good or bad."""
    windows = document.get("windows")
    return tuple(windows) if isinstance(windows, Mapping) else ()


def _window_problem(path: Path, value: Any, named: Collection[str]) -> str:
    """Given a setting and the windows that have a name, say why it is none; empty for any other setting.

    A name that is there is enough: what is wrong with its window is told where it stands.
    """
    if path[-1] != "window" or value in named:
        return ""
    try:
        Windows(dict.fromkeys(named, EXAMPLE)).read(value)
    except ValueError as error:
        return f"is refused: {error}"
    return ""


def check_environment(env: Environment, windows: Collection[str] = ()) -> Checked:
    """Given the environment and the names of windows, return settings and problems of the variables that name keys."""
    out = Checked()
    keys = {key.variable: key for key in KEYS if key.variable}
    tables = tuple(dict.fromkeys(f"{PREFIX}{key.path[0].upper()}_" for key in keys.values()))
    for variable, text in sorted(env.items()):
        key = keys.get(variable)
        if key is None:
            if variable.startswith(tables):
                meant = did_you_mean(variable, [name for name in keys if name])
                out.problems.append((0, f"{variable}: no such setting{meant and ', ' + meant}"))
        elif text:
            _read_variable(key, variable, text, env, out)
            if problem := _window_problem(key.path, text, windows):
                out.problems.append((0, f"{variable}: {problem}"))
    return out


def _read_variable(key: Key, variable: str, text: str, env: Environment, out: Checked) -> None:
    try:
        value = _placed(key, key.kind.read(key.kind.parse(text)), env, "")
        out.settings[key.path] = Setting(key.path, value, Origin(variable=variable))
    except ValueError as error:
        out.problems.append((0, f"{variable}: {error}"))
