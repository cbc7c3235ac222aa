"""The global options, written once and understood before and after every command."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

import typer
from typer.core import TyperOption

from dockmon_cli.cli.settings import FORMATS, Format, Settings, settings_of
from dockmon_cli.core.errors import UsageError
from dockmon_cli.core.text import did_you_mean, parse_duration


def parse_format(text: str) -> Format:
    """Given the word after `-o`, return the format. Raise UsageError naming the formats there are."""
    if text not in FORMATS:
        raise UsageError(f"{text!r} is no output format", _hint(text))
    return cast("Format", text)


def _hint(text: str) -> str:
    return " ".join(filter(None, (did_you_mean(text, FORMATS), f"formats: {', '.join(FORMATS)}")))


def parse_timeout(text: str) -> float:
    """Given the words after `--timeout`, return seconds. Raise UsageError unless it is a positive duration."""
    try:
        seconds = parse_duration(text, bare=True)
    except ValueError as error:
        raise UsageError(f"--timeout: {error}", "a number alone is seconds") from error
    if seconds <= 0:
        raise UsageError("--timeout must be more than 0", "write it like 5s or 1m")
    return seconds


def _set(attribute: str, convert: Callable[[Any], Any]) -> Callable[[typer.Context, Any, Any], None]:
    def callback(ctx: typer.Context, _param: Any, value: Any) -> None:
        if value:
            setattr(settings_of(ctx), attribute, convert(value))

    return callback


# option names, attribute of Settings, how its text becomes the value (None: a flag), metavar, help
_OPTIONS: tuple[tuple[tuple[str, ...], str, Callable[[str], Any] | None, str | None, str], ...] = (
    (("-o", "--output"), "output", parse_format, "FORMAT", "|".join(FORMATS)),
    (("-q", "--quiet"), "quiet", None, None, "Print errors only."),
    (("--no-color",), "no_color", None, None, "No colours (also: NO_COLOR, TERM=dumb)."),
    (("--state",), "state", str, "DIR", "Folder of dockmon's store (also: DOCKMON_STATE)."),
    (("--config",), "config", str, "FILE", "Read this configuration alone (also: DOCKMON_CONFIG)."),
    (("--timeout",), "timeout_s", parse_timeout, "DURATION", "How long to wait, such as 5s (a number is seconds)."),
)


def global_options(taken: Iterable[str], *, hidden: bool) -> list[TyperOption]:
    """Return the global options, less those whose name a command has `taken` for an option of its own."""
    own = frozenset(taken)
    return [_option(*row, hidden=hidden) for row in _OPTIONS if own.isdisjoint(row[0])]


def _option(
    names: tuple[str, ...],
    attribute: str,
    convert: Callable[[str], Any] | None,
    metavar: str | None,
    text: str,
    *,
    hidden: bool,
) -> TyperOption:
    """Return one option that writes to the settings; eager, so that mistakes in others are told in its format."""
    return TyperOption(
        # Named apart from a command's own parameters: several options may share no destination.
        param_decls=[*names, f"global_{attribute}"],
        type=None if convert is None else str,
        is_flag=convert is None,
        metavar=metavar,
        help=text,
        callback=_set(attribute, convert or bool),
        expose_value=False,
        is_eager=True,
        hidden=hidden,
    )


def wanted_format(argv: list[str]) -> Format | None:
    """Given the words typed, return the format they ask for, as far as can be told without parsing them.

    Used for mistakes that are found before `-o` is reached.
    """
    settings = Settings()
    for word, following in zip(argv, [*argv[1:], ""], strict=False):
        if word == "--":
            break
        value = _format_in(word, following)
        if value in FORMATS:
            settings.output = cast("Format", value)
    return settings.output


def _format_in(word: str, following: str) -> str:
    if word in ("-o", "--output", "-qo"):
        return following
    return word.removeprefix("--output=") if word.startswith("--") else word.removeprefix("-o")
