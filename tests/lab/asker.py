"""A client in a container: it resolves a name and asks for a page, again and again, and counts what it missed."""

from __future__ import annotations

from dataclasses import dataclass

from tests.lab.engine import Engine

# The static busybox can't resolve names in wget, so the name server is asked by hand.
PROGRAM = """#!/bin/sh
ask() {
  at=$(nslookup -type=a "$1" 127.0.0.11 2>/dev/null | sed -n '/^Name/{n;s/Address: //p;}' | head -n 1)
  [ -n "$at" ] && printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 2 "$at" 8080 2>/dev/null | grep -q '^HTTP/1.1 200'
}
first=0 retried=0 lost=0 going=yes
trap 'going=' TERM
echo asking
while [ "$going" ]; do
  if ask "$1"; then first=$((first+1)); elif ask "$1"; then retried=$((retried+1)); else lost=$((lost+1)); fi
  sleep 0.02
done
echo "$first $retried $lost"
"""
FILES = {"/bin/asker": PROGRAM, "/www/index.html": "hello"}
"""What an image needs in its `files` to be asked, and to ask."""


@dataclass(frozen=True)
class Asked:
    """How many requests were answered at once, answered when they were tried once more, and lost."""

    first: int
    retried: int
    lost: int


class Asker:
    """Asks for a page of whoever has the name ALIAS in NETWORK, from a container of the image IMAGE."""

    def __init__(self, engine: Engine, image: str, network: str, alias: str) -> None:
        self._engine = engine
        engine.docker("run", "-d", "--name", "asker", "--network", network, image, "asker", alias)

    def end(self) -> Asked:
        """Let it finish its last question; return what it counted."""
        self._engine.docker("stop", "-t", "30", "asker")
        counts = self._engine.docker("logs", "asker").split()[-3:]
        self._engine.docker("rm", "asker")
        return Asked(*map(int, counts))
