"""What `ports.engine.Engine` promises of containers, held by the fake and by real engines over every road."""

import time
from functools import partial

import pytest

from dockmon_cli.core.containers import Container
from dockmon_cli.core.errors import Conflict, EngineError, NoSuchObject
from dockmon_cli.ports.engine import Engine
from tests.adapters.engine.conftest import Subject
from tests.adapters.engine.contract import make, on, row, settled

ENDS = 5
ASKS_S = 0.6


def test_info_names_the_engine_and_that_all_is_allowed(subject: Subject) -> None:
    info = on(subject, lambda engine: engine.info())
    assert info.engine_id
    assert info.access == "full"
    assert info.os == "linux"
    assert info.api_at_least(1, 41)


def test_a_created_container_is_listed_among_all_and_not_among_the_running(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        container_id = await make(engine, "web", subject.image)
        made = await row(engine, "web")
        assert (made.id, made.status, made.image, made.host_id) == (
            container_id,
            "created",
            subject.image,
            engine.host.host_id,
        )
        assert made.labels["made-by"] == "contract"
        assert made.since == made.created_at
        assert await engine.containers(all=False) == []

    on(subject, work)


def test_a_container_starts_pauses_and_stops(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        await make(engine, "web", subject.image)
        stop = partial(engine.stop, grace_s=1)
        for step, status in (
            (engine.start, "running"),
            (engine.start, "running"),
            (stop, "exited"),
            (stop, "exited"),
            (engine.start, "running"),
            (engine.pause, "paused"),
            (stop, "exited"),
        ):
            await step("web")
            assert (await engine.inspect("web"))["State"]["Status"] == status
            assert await settled(engine, "web", status) == status

    on(subject, work)


async def exited(engine: Engine, subject: Subject) -> Container:
    """The row of a container that ran and was stopped."""
    await make(engine, "web", subject.image)
    await engine.start("web")
    await engine.stop("web", 1)
    await settled(engine, "web", "exited")
    return await row(engine, "web")


def test_an_exited_container_tells_its_exit_code_and_since_when(subject: Subject) -> None:
    async def work(engine: Engine) -> Container:
        return await exited(engine, subject)

    stopped = on(subject, work)
    assert stopped.exit_code is not None
    assert stopped.since is not None


def test_the_list_tells_of_a_container_what_its_document_tells_and_a_check_builds_on(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        listed, document = await exited(engine, subject), await engine.inspect("web")
        manifest = document.get("ImageManifestDescriptor") or {}
        assert (listed.image, listed.image_id, listed.labels, listed.exit_code, listed.manifest_digest) == (
            document["Config"]["Image"],
            document["Image"],
            document["Config"]["Labels"],
            document["State"]["ExitCode"],
            manifest.get("digest"),
        )

    on(subject, work)


def test_a_taken_name_is_a_conflict_for_create_and_for_rename(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        await make(engine, "web", subject.image)
        await make(engine, "other", subject.image)
        with pytest.raises(Conflict):
            await make(engine, "web", subject.image)
        with pytest.raises(Conflict):
            await engine.rename("other", "web")

    on(subject, work)


def test_a_renamed_container_answers_to_its_new_name_and_keeps_its_id(subject: Subject) -> None:
    async def work(engine: Engine) -> tuple[str, str]:
        container_id = await make(engine, "web", subject.image)
        await engine.rename("web", "web.dockmon-old")
        document = await engine.inspect("web.dockmon-old")
        with pytest.raises(NoSuchObject):
            await engine.inspect("web")
        return container_id, document["Id"]

    before, after = on(subject, work)
    assert before == after


def test_removing_what_is_gone_is_no_error_and_removing_what_runs_is_a_conflict(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        await make(engine, "web", subject.image)
        await engine.start("web")
        with pytest.raises(Conflict):
            await engine.remove("web", volumes=False)
        await engine.stop("web", 1)
        await engine.remove("web", volumes=True)
        await engine.remove("web", volumes=True)
        assert await engine.containers(all=True) == []

    on(subject, work)


@pytest.mark.parametrize("verb", ["inspect", "start", "pause", "changes", "size_rw"])
def test_what_is_not_there_is_told_as_such(subject: Subject, verb: str) -> None:
    with pytest.raises(NoSuchObject):
        on(subject, lambda engine: getattr(engine, verb)("nobody"))


def test_the_restart_policy_alone_changes_where_the_engine_can(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        await make(engine, "web", subject.image, HostConfig={"RestartPolicy": {"Name": "always"}})
        await engine.set_restart_policy("web", {"Name": "no", "MaximumRetryCount": 0})
        policy = (await engine.inspect("web"))["HostConfig"]["RestartPolicy"]["Name"]
        assert policy == ("always" if (await engine.info()).is_podman else "no")

    on(subject, work)


def test_the_restart_policy_changes_at_the_moment_at_which_the_container_ends_too(subject: Subject) -> None:
    """Docker holds a container for running until it has heard of its end, and runc can't change what has ended."""

    async def work(engine: Engine) -> None:
        short = {"Entrypoint": ["sleep", "0.3"], "HostConfig": {"RestartPolicy": {"Name": "no"}}}
        await make(engine, "web", subject.image, **short)
        for _ in range(ENDS):
            await engine.start("web")
            until = time.monotonic() + ASKS_S
            while time.monotonic() < until:
                await engine.set_restart_policy("web", {"Name": "no", "MaximumRetryCount": 0})
        await engine.stop("web", 1)

    on(subject, work)


def test_joining_a_network_twice_and_leaving_it_twice_is_no_error(subject: Subject) -> None:
    async def networks(engine: Engine) -> list[str]:
        return list((await engine.inspect("web"))["NetworkSettings"]["Networks"])

    async def work(engine: Engine) -> None:
        await make(engine, "web", subject.image)
        (own,) = await networks(engine)  # Podman's default network has a name of its own
        for _ in range(2):
            await engine.disconnect(own, "web")
        assert await networks(engine) == []
        for _ in range(2):
            await engine.connect(own, "web", {})
        assert await networks(engine) == [own]

    on(subject, work)


def test_joining_a_network_that_is_not_there_is_an_error(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        await make(engine, "web", subject.image)
        await engine.start("web")  # into one that was never started, 26.1 writes the name down unseen
        with pytest.raises(EngineError):
            await engine.connect("nowhere", "web", {})

    on(subject, work)


def test_a_new_container_has_written_next_to_nothing_and_logged_nothing(subject: Subject) -> None:
    async def work(engine: Engine) -> tuple[int, str]:
        await make(engine, "web", subject.image)
        return await engine.size_rw("web"), await engine.logs("web", tail=50)

    size, log = on(subject, work)
    assert size < 1_000_000
    assert log == ""


def test_an_image_that_is_not_there_makes_no_container(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        with pytest.raises(NoSuchObject):
            await make(engine, "web", "nothing.invalid/none:1")
        assert await engine.containers(all=True) == []

    on(subject, work)
