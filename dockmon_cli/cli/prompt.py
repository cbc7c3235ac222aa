"""Questions to the person at the terminal; nobody else is ever asked."""

from __future__ import annotations

import re
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from dockmon_cli.cli.running import SIGNALS
from dockmon_cli.core.errors import NeedsAnswer, UsageError
from dockmon_cli.core.text import printable

_LOOK_UP_S = 0.2
_RANGE = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")


def can_ask() -> bool:
    """True if somebody sits at a terminal: it can be read from, and the question be seen."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str, *, yes: bool) -> bool:
    """Ask for a go-ahead; `yes` (the flag `--yes`) is one. Anything but y or yes is a no.

    Raise NeedsAnswer, which names `--yes`, where nobody can be asked.
    """
    if yes:
        return True
    return ask(f"{question} [y/N]", instead="--yes").lower() in ("y", "yes")


def ask(question: str, *, instead: str) -> str:
    """Ask and return the answer, bare of spaces; end of input is an empty one.

    Raise NeedsAnswer, naming the option to give `instead`, where nobody can be asked.
    """
    if not can_ask():
        raise NeedsAnswer("this needs a go-ahead, and there is no terminal to ask on", f"add {instead}")
    with _leaving_at_once():
        sys.stderr.write(f"{printable(question)} ")
        sys.stderr.flush()
        # A signal between the last look for one and a read that blocks would be heard only after the answer.
        while not select.select([sys.stdin], [], [], _LOOK_UP_S)[0]:
            pass
        return sys.stdin.readline().strip()


@contextmanager
def _leaving_at_once() -> Iterator[None]:
    """While somebody is asked, nothing runs that would have to be brought to an end: Ctrl-C leaves.

    An event loop that waits for the answer would hear of the signal only when it runs again.
    """
    before = [(number, signal.signal(number, signal.default_int_handler)) for number in SIGNALS]
    wakeup = signal.set_wakeup_fd(-1)
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before:
            signal.signal(number, handler)


def choose(question: str, count: int, *, instead: str) -> tuple[int, ...]:
    """Ask which of `count` numbered lines are meant; return their places, counted from 0, in order.

    Raise NeedsAnswer where nobody can be asked, UsageError for an answer that makes no sense.
    """
    return parse_choice(ask(f"{question} [all, 1 3-5, none]", instead=instead), count)


def parse_choice(answer: str, count: int) -> tuple[int, ...]:
    """Given `all`, `none`, nothing, or numbers and ranges such as `1 3-5`, return places counted from 0, in order.

    Raise UsageError for anything else, and for a number that is none of the lines'.
    """
    if answer in ("", "none"):
        return ()
    if answer == "all":
        return tuple(range(count))
    chosen: set[int] = set()
    for word in answer.replace(",", " ").split():
        match = _RANGE.fullmatch(word)
        if match is None:
            raise UsageError(f"{word!r} is no answer to that", "answer all, none, or numbers such as 1 3-5")
        numbers = range(int(match[1]), int(match[2] or match[1]) + 1)
        if not numbers or numbers.start < 1 or numbers.stop > count + 1:
            raise UsageError(f"{word!r} is none of the lines", f"they are numbered 1 to {count}")
        chosen.update(number - 1 for number in numbers)
    return tuple(sorted(chosen))
