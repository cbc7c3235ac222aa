"""Every error that dockmon raises on purpose.

    DockmonError
    ├── UsageError            what was typed makes no sense                      exit 2
    ├── NeedsAnswer           a go-ahead is needed and nobody can be asked       exit 2
    ├── Declined              the user said no, and nothing was changed          exit 0
    ├── NotFound              no such host, container, operation                 exit 5
    ├── Ambiguous             more than one answers to that name                 exit 5
    ├── ConfigError           dockmon.toml or DOCKMON_… is invalid               exit 7
    │   └── Declared          the configuration file owns it, commands do not    exit 7
    ├── StoreError            the store can't be read or written                 exit 6
    ├── OutputError           what was found out can't be printed                exit 1
    ├── HostError             a host can't be asked (see `HostError.ACCESS`)     exit 1 or 4
    ├── EngineError           the engine answered one request with an error
    │   ├── NoSuchObject      404: the container, image or network is not there
    │   ├── Conflict          409: the name is taken, or the state forbids it
    │   ├── ReadOnly          403: a socket proxy refuses this request
    │   └── CutOff            no answer: whether it happened is unknown
    └── RegistryError         a registry gave no usable answer; `reason` says which

An error tells what happened and why in `message`, and what to do next in `hint`. `code` is the word of
contract.md that scripts match on. One place (`cli/boundary.py`) turns an error into text and exit code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class DockmonError(Exception):
    """Base of the tree. `host` and `target` are set where the error belongs to one of them."""

    code: str = "error"
    exit_code: int = 1

    def __init__(self, message: str, hint: str = "", *, host: str | None = None, target: str | None = None):
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.host = host
        self.target = target


class UsageError(DockmonError):
    """The command line asks for something that has no meaning."""

    code = "usage"
    exit_code = 2


class NeedsAnswer(UsageError):
    """A change needs a go-ahead, there is no terminal to ask on, and none was given."""


class Declined(DockmonError):
    """The user said no: nothing is changed, as was wanted."""

    code = "declined"
    exit_code = 0


class NotFound(DockmonError):
    """Nothing answers to that name."""

    code = "not_found"
    exit_code = 5


class Ambiguous(DockmonError):
    """More than one thing answers to that name; the message lists them."""

    code = "ambiguous"
    exit_code = 5


class ConfigError(DockmonError):
    """The configuration is invalid; `problems` holds one text for each mistake."""

    code = "config"
    exit_code = 7

    def __init__(self, problems: Sequence[str], hint: str = ""):
        super().__init__("\n".join(problems), hint)
        self.problems = tuple(problems)


class Declared(ConfigError):
    """A command tried to change what the configuration file declares, or both hold the same thing."""

    code = "declared"


class StoreError(DockmonError):
    """The store can't be opened, read or written, or a newer dockmon made it."""

    code = "store"
    exit_code = 6


class OutputError(DockmonError):
    """Standard output can't be written: its disk is full, say."""


class HostError(DockmonError):
    """A host can't be asked.

    `code` is one of ACCESS, or dns, refused, timeout, unreachable, not_an_engine, broken_answer, unsupported.
    """

    ACCESS: ClassVar[frozenset[str]] = frozenset({
        "tls_ca", "tls_expired", "tls_name", "tls_client_cert", "tls_expected",
        "host_key", "login", "permission", "key_mode",
    })  # fmt: skip

    def __init__(self, code: str, message: str, hint: str = "", *, host: str | None = None):
        super().__init__(message, hint, host=host)
        self.code = code
        self.exit_code = 4 if code in self.ACCESS else 1


class EngineError(DockmonError):
    """The engine was reached and answered this request with an error; `status` is its HTTP status."""

    code = "engine"

    def __init__(self, message: str, hint: str = "", *, status: int = 0, host: str | None = None):
        super().__init__(message, hint, host=host)
        self.status = status

    @property
    def is_internal(self) -> bool:
        """True if the engine failed at a request that it takes (5xx)."""
        return self.status >= 500


class NoSuchObject(EngineError):
    """The container, image or network is not there."""

    code = "not_found"


class Conflict(EngineError):
    """The name is taken, or the object's state forbids the request."""


class ReadOnly(EngineError):
    """A proxy before the engine allows reading only."""

    code = "permission"
    exit_code = 4


class CutOff(EngineError):
    """The connection broke or the deadline passed under way: whether it happened is unknown.

    `output` is what a command had printed until then.
    """

    code = "timeout"
    output: str = ""


class RegistryError(DockmonError):
    """No usable answer from a registry; `reason` is auth, not_found, rate_limited, unreachable or unsupported."""

    REASONS: ClassVar[frozenset[str]] = frozenset({"auth", "not_found", "rate_limited", "unreachable", "unsupported"})

    def __init__(self, reason: str, message: str, hint: str = "", *, retry_after_s: float | None = None):
        super().__init__(message, hint)
        self.reason = reason
        self.code = reason
        self.retry_after_s = retry_after_s
