"""Plain data in and out: engine documents, and our own frozen types as JSON.

Engine documents are kept whole, as the engine wrote them. Our own types are frozen dataclasses made of
strings, numbers, booleans, aware datetimes, tuples, dicts and each other; `encode` and `decode` are
inverse on them, so that what is stored is what was decided.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Document = dict[str, Any]
T = TypeVar("T")
_LEAVES = frozenset({str, int, float, bool, type(None)})


def rfc3339(moment: datetime) -> str:
    """Given an aware datetime, return it in UTC as RFC 3339 with `Z`, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    """Given RFC 3339 text (Docker writes nanoseconds), return an aware UTC datetime. Raise ValueError if it is none."""
    head, dot, rest = text.partition(".")
    if dot:
        digits = len(rest) - len(rest.lstrip("0123456789"))
        text = f"{head}.{rest[:digits][:6].ljust(6, '0')}{rest[digits:]}"
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def parse_moment(text: str | None) -> datetime | None:
    """The same of a moment that an engine tells: it writes year 1, or nothing, for what never was."""
    moment = parse_time(text) if text else None
    return moment if moment and moment.year > 1 else None


def encode(value: Any) -> Any:
    """Given one of our types (or plain data), return data that `json.dumps` takes."""
    if type(value) in _LEAVES:  # most of an engine's document, which is written at every step of a swap
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [encode(item) for item in value]
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def decode(cls: type[T], data: Any) -> T:
    """Given a type of ours and what `encode` made of a value, return the value. Raise ValueError if it does not fit."""
    return _decode(cls, data)  # type: ignore[no-any-return]


def _decode(kind: Any, data: Any) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        return _decode_class(kind, data)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        rest = [arg for arg in get_args(kind) if arg is not type(None)]
        return None if data is None else _decode(rest[0], data)
    if origin is tuple:
        return tuple(_decode(get_args(kind)[0], item) for item in data)
    if origin is dict:
        return {key: _decode(get_args(kind)[1], item) for key, item in data.items()}
    if kind is datetime:
        return parse_time(data)
    return data


def _decode_class(cls: type, data: Any) -> Any:
    if not isinstance(data, Mapping):
        raise ValueError(f"{cls.__name__}: expected an object, got {type(data).__name__}")
    hints = _hints(cls)
    known = {f.name for f in fields(cls)}
    try:
        return cls(**{key: _decode(hints[key], item) for key, item in data.items() if key in known})
    except TypeError as error:
        raise ValueError(f"{cls.__name__}: {error}") from error
