"""Every setting that a container has of its own, in one table.

The policy is one too, but what a container's image is known for counts there as well: `core/policy.py` resolves it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from dockmon_cli.core.container_settings import values
from dockmon_cli.core.tag_candidates import TRACKS
from dockmon_cli.core.text import LONGEST_S

Word = Literal["allow", "warn", "ignore", "block"]
"""A policy's verdict, from lenient to strict.

warn: needs an answer. ignore: not even checked by schedule. block: refused always.
block is stricter than ignore: nothing overcomes it, and what it holds back is still looked up and told.
"""
WORDS: tuple[Word, ...] = get_args(Word)
Order = Literal["stop-first", "start-first"]
ORDERS: tuple[Order, ...] = get_args(Order)

FOREVER_S = LONGEST_S
"""What an age that can't be read counts as, so that nothing happens by itself before it is corrected."""


@dataclass(frozen=True, slots=True)
class ContainerSetting:
    """One setting: what it is called by labels and rules, how a label's text is read, and what counts without one.

    `read` raises ValueError with a sentence that continues the label's name; a label it refuses counts as `safe`.
    Of two values that come with equal strength, the one with the higher `strictness` holds. `stored` makes of what
    JSON gave back the value again. A setting that only labels have is not `ruled`.
    """

    name: str
    read: Callable[[str], Any]
    safe: Any
    default: Any
    strictness: Callable[[Any], Any]
    show: Callable[[Any], str]
    labels: tuple[str, ...]
    stored: Callable[[Any], Any] = lambda value: value
    ruled: bool = True


def _less(words: tuple[str, ...]) -> Callable[[Any], Any]:
    """The earlier a word stands, the stricter it is."""
    return lambda word: -words.index(word)


def _narrower(globs: tuple[str, ...]) -> Any:
    """Any glob keeps more out than none, and fewer keep more out; the texts only decide which of two like ones."""
    return (bool(globs), -len(globs), globs)


def _label(name: str, *others: str) -> tuple[str, ...]:
    return (f"dockmon.update.{name}", *others)


SETTINGS: tuple[ContainerSetting, ...] = (
    ContainerSetting("auto", values.read_switch, False, False, lambda on: not on, values.show_switch,
                     _label("auto", "dockmon.auto_update")),
    ContainerSetting("track", values.one_of(*TRACKS), "exact", "exact", _less(TRACKS), str, _label("track")),
    ContainerSetting("include", values.read_list, (), (), _narrower, values.show_list, _label("include"), tuple),
    ContainerSetting("exclude", values.read_list, (), (), lambda globs: (len(globs), globs), values.show_list,
                     _label("exclude"), tuple),
    ContainerSetting("prerelease", values.read_switch, False, False, lambda on: not on, values.show_switch,
                     _label("prerelease")),
    ContainerSetting("min_age", values.read_duration, FOREVER_S, 0.0, float, values.show_duration, _label("min_age"),
                     float),
    ContainerSetting("window", values.read_text, None, None, lambda text: (text is not None, text or ""),
                     values.show_text, _label("window")),
    ContainerSetting("order", values.one_of(*ORDERS), "stop-first", "stop-first", _less(ORDERS), str, _label("order")),
    ContainerSetting("pre", values.read_text, None, None, values.show_text, values.show_text, _label("pre"),
                     ruled=False),
    ContainerSetting("post", values.read_text, None, None, values.show_text, values.show_text, _label("post"),
                     ruled=False),
)  # fmt: skip

# Whoever writes the label mostly protects something, and a missed update is forgiven where a lost container is not.
POLICY = ContainerSetting("policy", values.one_of(*WORDS), "block", "allow", WORDS.index, str,
                          _label("policy", "dockmon.update_policy", "com.dockmon.update.policy"))  # fmt: skip

LABELS = frozenset(key for setting in (*SETTINGS, POLICY) for key in setting.labels)
"""Every label that says something of a container's settings."""
BY_NAME = {setting.name: setting for setting in (*SETTINGS, POLICY)}
