"""Find the line that a user has to change in their own file when a container moves to another tag."""

from __future__ import annotations

from dockmon_cli.core.change import Change, composed_from
from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.documents import Document
from dockmon_cli.ports.compose_file import ComposeFiles


def change_for(files: ComposeFiles, inspect: Document, answer: CheckAnswer, *, is_local_host: bool) -> Change | None:
    """Given a container and the answer about it, return what to write where; None where the reference stays.

    The last compose file that names the image decides, as it does for compose. Files of other hosts are not here:
    a file of the same path on this machine would be another one.
    """
    old = str(inspect["Config"]["Image"])
    if answer.available is None or answer.available.image == old:
        return None
    named, service = composed_from(inspect["Config"].get("Labels") or {})
    lines = ((file, files.image_line(file, service) if is_local_host else None) for file in reversed(named))
    file, line = next((found for found in lines if found[1] is not None), (named[0] if named else None, None))
    return Change(file, line, old, answer.available.image)
