"""What a status other than 200 means to the one who asked for a manifest or a blob."""

from __future__ import annotations

from dockmon_cli.adapters.registry.exchange import Answer
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.reference import Reference, is_digest
from dockmon_cli.core.registry_answer import reason_in

TAG_LIST = "tags/list"


def refusal(
    reference: Reference, path: str, answer: Answer, login_hint: str, *, has_login: bool = False
) -> RegistryError:
    """Given what was asked (such as `manifests/1.2`) and the answer, return the failure.

    `has_login` says that docker's login was given.
    """
    registry, said = reference.registry, reason_in(answer.body)
    because = f": {said}" if said else ""
    if answer.status == 404 and path.startswith(TAG_LIST):
        return unsupported(reference, f"it lists no tags{because}")
    if answer.status == 404:
        asked = path.partition("/")[2]
        message = f"{registry} does not know {reference.repository}{'@' if is_digest(asked) else ':'}{asked}{because}"
        return RegistryError("not_found", message, "check the name and the tag; it may have been removed there")
    if answer.status in {401, 403}:
        who = " to the login that docker holds for it" if has_login else ""
        message = f"{registry} denies reading {reference.repository}{who}{because}"
        return RegistryError("auth", message, f"{login_hint}; a name that does not exist is often denied, too")
    return unsupported(reference, f"it answered with status {answer.status}{because}")


def unsupported(reference: Reference, why: str) -> RegistryError:
    """Given what was asked for and what is wrong with the answer, return the failure."""
    message = f"{reference.registry} gives no usable answer for {reference.familiar}: {why}"
    return RegistryError("unsupported", message, f"check that {reference.registry} is a container registry")
