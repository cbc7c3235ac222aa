"""Small servers that behave as real ones do only now and then: each shows one thing, in its own file."""

from tests.lab.servers.broken import BrokenServer, drip, garbage, half_answer, reset, silence
from tests.lab.servers.html import HtmlServer
from tests.lab.servers.limited import LimitedServer
from tests.lab.servers.relay import Relay
from tests.lab.servers.token import TokenServer

__all__ = [
    "BrokenServer",
    "HtmlServer",
    "LimitedServer",
    "Relay",
    "TokenServer",
    "drip",
    "garbage",
    "half_answer",
    "reset",
    "silence",
]
