"""What a registry asks for before it answers: challenges (RFC 9110, section 11) and token scopes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_ITEM = re.compile(rf'({_WORD})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|({_WORD}[^\s,"]*|[^\s,"=]+))|({_WORD})')
_ESCAPED = re.compile(r"\\(.)")
_LONGEST_HEADER = 8192


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to log in: the scheme in lower case and its parameters, their names in lower case."""

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def realm(self) -> str:
        """For bearer the URL of the token server, for basic a name; empty where missing."""
        return self.parameters.get("realm", "")


def parse_challenges(headers: Iterable[str]) -> tuple[Challenge, ...]:
    """Given the values of all WWW-Authenticate headers, return every challenge in them, in order.

    Several may share one header. What can't be read is left out.
    """
    found: list[tuple[str, dict[str, str]]] = []
    for header in headers:
        found.append(("", {}))
        for name, quoted, bare, scheme in _ITEM.findall(header[:_LONGEST_HEADER]):
            if scheme:
                found.append((scheme.lower(), {}))
            else:
                found[-1][1].setdefault(name.lower(), _ESCAPED.sub(r"\1", quoted) or bare)
    return tuple(Challenge(scheme, parameters) for scheme, parameters in found if scheme)


def choose_challenge(challenges: Iterable[Challenge]) -> Challenge | None:
    """Given a registry's challenges, return the one to answer: bearer with a realm before basic; None if neither."""
    offered = {challenge.scheme: challenge for challenge in reversed(tuple(challenges))}
    bearer = offered.get("bearer")
    return bearer if bearer is not None and bearer.realm else offered.get("basic")


def pull_scope(repository: str) -> str:
    """Given a repository's path, return the scope of a token that may read it."""
    return f"repository:{repository}:pull"
