"""`update rollback`: back to an image that the container ran before, by the same road as any update.

What differs is how it is found out what to move to: from dockmon's own journal, instead of from a registry. All else
is `services/update.py`: `plan` and `apply` with `looks_back(to)` as the way of looking.
"""

from __future__ import annotations

from dataclasses import replace

from dockmon_cli.core.check_answer import Available, CheckAnswer
from dockmon_cli.core.containers import Container
from dockmon_cli.core.detect import Running, Served, unknown
from dockmon_cli.core.errors import DockmonError, NoSuchObject, RegistryError
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.registry_access import plain_http_allowed
from dockmon_cli.core.rollback import NoPrevious, Previous, choose, past_of, remark
from dockmon_cli.core.versions import difference
from dockmon_cli.services.checked import Checked
from dockmon_cli.services.served import ServedImages, Source
from dockmon_cli.services.update_check import Checker
from dockmon_cli.services.update_gather import HostView, Scope, UpdateTools
from dockmon_cli.services.update_look import Look, Looked, Stored, each_chosen

GONE = "name another one with --to: `dockmon update history TARGET -o wide` lists those that ran"
LOOKS_BACK = 1000
"""How many operations of a container are looked at."""


def looks_back(to: str | None) -> Look:
    """Return the way of looking that finds an image from before: `to` an operation or digest, None the previous one.

    It raises NotFound or Ambiguous where `to` names nothing, or several images.
    """

    async def look(
        tools: UpdateTools,
        checker: Checker,
        found: Scope,
        *,
        stored: Stored = None,  # noqa: ARG001 - the journal decides
    ) -> tuple[list[Looked], list[DockmonError]]:
        async def one(container: Container) -> Looked:
            view = found.views[container.host_id]
            checked = await checker.looked_at(view.engine, view.info, container)
            if checked.running is not None and checked.source is not None:
                checked = await _looked_back(tools, view, checked, checked.running, checked.source, to)
            policy, settings = tools.policies.verdict_on(container).verdict, tools.settings.of(container)
            return Looked(checked, policy, container.key in found.selection.named, settings, purpose="rollback")

        return await each_chosen(found, one)

    return look


async def _looked_back(
    tools: UpdateTools, view: HostView, checked: Checked, running: Running, source: Source, to: str | None
) -> Checked:
    """Add what the container would return to, or why there is nothing."""
    container = checked.container
    rows = tools.journal.history(limit=LOOKS_BACK, keys=[(container.host_id, container.identity)])
    past = past_of(rows, container.identity)
    chosen = choose(past, running.image_id, to)
    if isinstance(chosen, NoPrevious):
        answer = CheckAnswer("unknown", "not_found", chosen.message, running.current, hint=chosen.hint)
        return replace(checked, answer=answer)
    if chosen.image_id == running.image_id:
        return replace(checked, answer=CheckAnswer("up_to_date", None, "it runs that image already", running.current))
    source = _source_of(tools, view, source, chosen)
    try:
        chosen = await _to_be_had(tools, view, source, chosen, containerd=running.containerd)
    except RegistryError as error:
        return replace(checked, answer=unknown(error, running.current))
    version = chosen.version
    available = Available(chosen.image, chosen.digest or chosen.image_id, version)
    kind = difference(running.version, version)
    said = remark(past, chosen)
    answer = CheckAnswer("update_available", message=said, current=running.current, available=available, kind=kind)
    digest = chosen.image_id if running.containerd else chosen.digest or ""
    served = Served(digest, chosen.platform_digest or "", chosen.image_id, version=version)
    return replace(checked, answer=answer, served=served, source=source)


def _source_of(tools: UpdateTools, view: HostView, source: Source, chosen: Previous) -> Source:
    """Where the image came from: somebody may have changed the container to another repository since."""
    if chosen.repository == source.reference.name:
        return source
    reference = Reference.parse(chosen.image)
    return Source(reference, plain_http_allowed(reference, view.info, tools.insecure))


async def _to_be_had(
    tools: UpdateTools, view: HostView, source: Source, chosen: Previous, *, containerd: bool
) -> Previous:
    """Return the image with the digest that it can be pulled by, if it is not on its host any more.

    Raise RegistryError where its registry has it no more either. In the containerd store another digest is another
    image, whatever is in it.
    """
    try:
        await view.engine.inspect_image(chosen.image_id)
        return chosen
    except NoSuchObject:
        what = f"the image from before ({chosen.version or chosen.image_id[:19]})"
        gone = f"{what} is not on {view.engine.host.name} any more"
    failed = RegistryError("not_found", f"{gone}, and nobody knows a digest to pull it by", GONE)
    for digest in chosen.digests[:1] if containerd else chosen.digests:
        try:
            await ServedImages(tools.registry).require(source, digest)
            return replace(chosen, digest=digest)
        except RegistryError as error:
            hint = GONE if error.reason == "not_found" else error.hint
            failed = RegistryError(error.reason, f"{gone}, and can't be pulled again: {error.message}", hint)
    raise failed
