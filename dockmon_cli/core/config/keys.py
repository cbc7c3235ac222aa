"""Every key there is, in one table.

Validation, defaults, the names in the environment, `config show`, the reference page and the example file are
all made from it. A key of a feature that is not built yet does not stand here, so it is an unknown key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dockmon_cli.core.config.kinds import (
    COUNT,
    COUNT_OR_NONE,
    DURATION,
    FILTERS,
    PATH,
    SWITCH,
    TEXT,
    TEXTS,
    URL,
    WINDOW,
    ZONE,
    Kind,
    choice,
)
from dockmon_cli.core.container_settings import ORDERS
from dockmon_cli.core.tag_candidates import TRACKS

Path = tuple[str, ...]

NAME = "NAME"
"""Stands in a key's path for a name that the user gives."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its dotted path, what it may hold, what holds without it, what it means and who reads it.

    `example` is a TOML value for the example file; None takes the default's or the kind's.
    """

    name: str
    kind: Kind
    text: str
    used_by: str
    default: Any = None
    required: bool = False
    example: str | None = None

    @property
    def path(self) -> Path:
        """The parts of the dotted path."""
        return tuple(self.name.split("."))

    @property
    def variable(self) -> str | None:
        """The environment variable that sets it; None for keys of things that have a name."""
        return None if NAME in self.path else f"{PREFIX}{'_'.join(self.path).upper()}"


PREFIX = "DOCKMON_"
_HOSTS, _POLICY, _UPDATE, _CHECK = "all commands that ask hosts", "update, policy", "update apply", "update check"
_AUTO, _PRUNE = "update apply --auto", "update apply, update prune"
_VERDICT, _TRACK, _ORDER = choice("allow", "warn", "block", "ignore"), choice(*TRACKS), choice(*ORDERS)

KEYS: tuple[Key, ...] = (
    Key("timezone", ZONE, "The zone of windows that name none; else the machine's own.", _AUTO,
        example='"Europe/Berlin"'),
    Key("windows.NAME", WINDOW, "A window by name, for --window and the key window.", _AUTO,
        example='"mon-sat 02:00-05:00"'),
    Key("tags.NAME", TEXTS, "The containers that have this tag, by TARGET.", "all commands that select",
        example='["nas/plex", "nas/sonarr"]'),
    Key("hosts.NAME.url", URL, "How the engine is reached: unix://, tcp:// or ssh://.", _HOSTS, required=True,
        example='"tcp://10.0.0.5:2376"'),
    Key("hosts.NAME.tls_dir", PATH, "Folder with ca.pem, cert.pem and key.pem for mutual TLS.", _HOSTS,
        example='"/etc/dockmon/tls/nas"'),
    Key("hosts.NAME.tls_ca", PATH, "The CA that signed the engine's certificate, where it is not in tls_dir.", _HOSTS,
        example='"/etc/dockmon/tls/ca.pem"'),
    Key("hosts.NAME.tls_cert", PATH, "Our own certificate; takes tls_key beside it.", _HOSTS,
        example='"/etc/dockmon/tls/cert.pem"'),
    Key("hosts.NAME.tls_key", PATH, "Its key, readable by nobody else.", _HOSTS, example='"/etc/dockmon/tls/key.pem"'),
    Key("hosts.NAME.ssh_key", PATH, "Private key to log in with, readable by nobody else; else ssh decides.", _HOSTS,
        example='"/etc/dockmon/ssh/id_ed25519"'),
    Key("hosts.NAME.ssh_host_key", TEXT,
        "The host's key (ssh-ed25519 AAAA…), its SHA256:… fingerprint, or a file holding it; else known_hosts decides.",
        _HOSTS, example='"SHA256:…"'),
    Key("containers.NAME.target", TEXTS, "Containers by TARGET, such as nas/db.", _POLICY, (), example='["nas/db"]'),
    Key("containers.NAME.tag", TEXTS, "Containers that have one of these tags.", _POLICY, (), example='["media"]'),
    Key("containers.NAME.host", TEXTS, "Containers on one of these hosts.", _POLICY, (), example='["nas"]'),
    Key("containers.NAME.filter", FILTERS, "Containers that match; values of one key add up.", _POLICY, (),
        example='["project=media"]'),
    Key("containers.NAME.policy", _VERDICT, "May what is selected above be updated?", _POLICY, example='"block"'),
    Key("containers.NAME.auto", SWITCH, "Is what is selected above updated by itself?", _AUTO),
    Key("containers.NAME.track", _TRACK, "Which versions are updates: as update.track.", _CHECK, example='"minor"'),
    Key("containers.NAME.include", TEXTS, "Only tags that match one of these globs are versions to move to.", _CHECK,
        example='["*-alpine"]'),
    Key("containers.NAME.exclude", TEXTS, "Tags that match one of these globs are none.", _CHECK, example='["*-rc*"]'),
    Key("containers.NAME.prerelease", SWITCH, "Do pre-releases count as versions?", _CHECK, example='"off"'),
    Key("containers.NAME.min_age", DURATION, "As update.min_age.", _AUTO, example='"3d"'),
    Key("containers.NAME.window", TEXT, "As update.window.", _AUTO, example='"night"'),
    Key("containers.NAME.order", _ORDER, "As update.order.", _UPDATE, example='"start-first"'),
    Key("registries.docker_config", PATH, "docker's config.json with registries' logins; else docker's own place.",
        "update", example='"/etc/dockmon/docker/config.json"'),
    Key("registries.insecure", TEXTS, "Registries spoken to without TLS, as HOST:PORT.", "update", (),
        example='["registry.lan:5000"]'),
    Key("update.max_parallel", COUNT, "How many containers are updated at the same time.", _UPDATE, 2),
    Key("update.lookups", COUNT, "How many requests one registry gets at the same time.", _CHECK, 16),
    Key("update.track", _TRACK, "Which versions are updates: what the tag serves now (exact), or newer tags.", _CHECK,
        "exact"),
    Key("update.min_age", DURATION, "How long ago dockmon must have first seen a digest before it is taken.", _AUTO,
        "0s"),
    Key("update.window", TEXT, "When updates may begin by themselves: days, times and zone, or a name of windows.",
        _AUTO, example='"sat 02:00-05:00"'),
    Key("update.order", _ORDER, "Does the old container stop before the new one starts, or after it is proven?",
        _UPDATE, "stop-first"),
    Key("update.keep_images", COUNT_OR_NONE, "How many previous images of a repository a host keeps to return to.",
        _PRUNE, 1),
    Key("update.keep_min_age", DURATION, "For how long a previous image is kept at least.", _PRUNE, "7d"),
    Key("update.hooks", SWITCH, "Are the commands of dockmon.update.pre and .post run?", _UPDATE, "off"),
    Key("update.hook_timeout", DURATION, "How long one of them may take.", _UPDATE, "60s"),
    Key("update.verify.stable_for", DURATION, "How long a new container must run before it counts as stable.", _UPDATE,
        "10s"),
    Key("update.verify.timeout", DURATION, "How long a new one may take to prove itself; else its health check tells.",
        _UPDATE, example='"5m"'),
)  # fmt: skip


def key_at(path: Path) -> Key | None:
    """Given a path with the user's names in it, return its key, or None if there is none."""
    return next((key for key in KEYS if _fits(key.path, path)), None)


def is_table(path: Path) -> bool:
    """Tell whether keys can stand below this path."""
    return any(len(key.path) > len(path) and _fits(key.path[: len(path)], path) for key in KEYS)


def words_below(path: Path) -> list[str]:
    """Given the path of a table, return the words that may stand in it; none where the user gives the names."""
    below = [key.path[len(path)] for key in KEYS if len(key.path) > len(path) and _fits(key.path[: len(path)], path)]
    return [word for word in dict.fromkeys(below) if word != NAME]


def names_below(path: Path) -> bool:
    """Tell whether a table holds things that the user names."""
    return is_table(path) and not words_below(path)


def _fits(pattern: Path, path: Path) -> bool:
    return len(pattern) == len(path) and all(word in (NAME, part) for word, part in zip(pattern, path, strict=True))
