"""Why a step of a swap failed, as the word that the result carries."""

from __future__ import annotations

from dockmon_cli.core.containers import ASIDE_SUFFIX
from dockmon_cli.core.errors import CutOff, DockmonError, EngineError, HostError, ReadOnly, RegistryError

BUSY = "busy"
INTERRUPTED = "interrupted"
"""The reason of a swap that nobody saw fail: dockmon or the engine was killed, or the host was lost."""
AGAINST_THE_IMAGE: frozenset[str] = frozenset(
    {"start_failed", "exited", "restarting", "unhealthy", "verify_timeout", "post_hook", "image_mismatch"}
)
"""The reasons of a way back that speak against the new container."""
FOR_NOW = frozenset({BUSY, INTERRUPTED, "image_mismatch", "disk_full"})
"""The reasons that may be gone the next time; after any other an image that was tried does not come again by itself."""
_GATEWAY = frozenset({502, 503, 504})
DISK_FULL = "no space left on device"


class StepFailed(DockmonError):
    """A step came to an end that is no success, though the engine may have answered well; `code` is the reason."""

    def __init__(self, reason: str, message: str):
        super().__init__(message)
        self.code = reason


class OtherFailed(StepFailed):
    """What failed is another container of the operation, `name`, than the one whose step it was."""

    def __init__(self, name: str, reason: str, message: str):
        super().__init__(reason, message)
        self.name = name


class Contended(StepFailed):
    """Somebody else had, just then, what this one needs: that says nothing about its image."""

    def __init__(self, message: str):
        super().__init__("create_failed", message)


class Busy(StepFailed):
    """Somebody else is swapping this container."""

    def __init__(self, name: str):
        said = f"{name} is there already: another update of this container is under way, perhaps from another machine"
        kept = " (an original that was kept may hold data that no other has)" if name.endswith(ASIDE_SUFFIX) else ""
        super().__init__(BUSY, f"{said}; if none is, remove it{kept}: docker rm {name}")


def failure_reason(step: str, error: DockmonError) -> str:
    """Given the step that failed and its error, return the reason."""
    if isinstance(error, StepFailed):
        return error.code
    if isinstance(error, ReadOnly):
        return "read_only"
    if step == "pull":
        return _why_no_pull(error)
    if is_silence(error):
        return INTERRUPTED
    if DISK_FULL in error.message.lower():
        return "disk_full"
    return "start_failed" if step in ("connect", "start", "verify", "pause") else "create_failed"


def is_silence(error: DockmonError) -> bool:
    """True if the engine gave no answer, or what stands before it had none of it.

    Nothing is known then against the container that it was asked about.
    """
    is_the_gateways = isinstance(error, EngineError) and error.status in _GATEWAY
    return is_the_gateways or isinstance(error, HostError | CutOff)


def was_refused(error: DockmonError) -> bool:
    """True if the engine itself answered that it did not do it."""
    return isinstance(error, EngineError) and not is_silence(error)


def _why_no_pull(error: DockmonError) -> str:
    if isinstance(error, RegistryError):
        return error.reason if error.reason in ("auth", "not_found", "rate_limited") else "pull_failed"
    if isinstance(error, CutOff):
        return "timeout"
    return pull_failure(error.message)


# An engine passes on what the registry said, under an HTTP status that lies (500 for 401, 403 and 429).
_SAYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("disk_full", (DISK_FULL,)),
    ("rate_limited", ("toomanyrequests", "429 too many", "status code 429", "status: 429", "rate limit")),
    ("auth", ("unauthorized", "denied", "authentication required", "no basic auth credentials", "403 forbidden")),
    ("not_found", ("manifest unknown", "not found", "name unknown")),
)


def pull_failure(message: str) -> str:
    """Given what the engine said, return the reason: disk_full, rate_limited, auth, not_found, else pull_failed."""
    said = message.lower()
    return next((reason for reason, signs in _SAYS if any(sign in said for sign in signs)), "pull_failed")
