"""What `ports.engine.Engine` promises, held by the fake and by real engines over every road."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import pytest

from dockmon_cli.core.containers import Container
from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import Conflict, CutOff, EngineError, NoSuchObject
from dockmon_cli.core.hooks import Ended
from dockmon_cli.core.placed_files import LARGEST_FILE, FileContent, FileInfo
from dockmon_cli.ports.engine import Engine
from tests.adapters.engine.conftest import Subject

T = TypeVar("T")
ABSENT = "sha256:" + "0" * 64


def on(subject: Subject, work: Callable[[Engine], Awaitable[T]]) -> T:
    """Open the engine, do the work, close it."""

    async def run() -> T:
        async with subject.engines.open(subject.host, timeout_s=20) as engine:
            return await work(engine)

    return asyncio.run(run())


async def make(engine: Engine, name: str, image: str, **spec: object) -> str:
    return await engine.create(name, {"Image": image, "Labels": {"made-by": "contract"}, **spec})


async def row(engine: Engine, name: str) -> Container:
    return next(each for each in await engine.containers(all=True) if each.name == name)


async def settled(engine: Engine, name: str, status: str) -> str:
    """The list trails behind: Docker writes a change into it a moment after it has answered the call."""
    for _ in range(200):
        if (found := (await row(engine, name)).status) == status:
            break
        await asyncio.sleep(0.05)
    return found


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


def test_a_container_starts_pauses_goes_on_and_stops(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        await make(engine, "web", subject.image)
        stop = partial(engine.stop, grace_s=1)
        for step, status in (
            (engine.start, "running"),
            (engine.start, "running"),
            (engine.pause, "paused"),
            (engine.unpause, "running"),
            (stop, "exited"),
            (stop, "exited"),
        ):
            await step("web")
            assert (await engine.inspect("web"))["State"]["Status"] == status
            assert await settled(engine, "web", status) == status

    on(subject, work)


def test_an_exited_container_tells_its_exit_code_and_since_when(subject: Subject) -> None:
    async def work(engine: Engine) -> Container:
        await make(engine, "web", subject.image)
        await engine.start("web")
        await engine.stop("web", 1)
        await settled(engine, "web", "exited")
        return await row(engine, "web")

    stopped = on(subject, work)
    assert stopped.exit_code is not None
    assert stopped.since is not None


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


@pytest.mark.parametrize("verb", ["inspect", "start", "pause", "unpause", "changes", "size_rw"])
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


def test_a_pull_by_digest_brings_the_image_moves_no_tag_and_tells_of_layers(subject: Subject) -> None:
    repository, digest = subject.pullable
    layers: list[str] = []

    async def work(engine: Engine) -> tuple[set[str], Document]:
        await engine.pull(repository, digest, None, lambda layer, *_: layers.append(layer), 60)
        names = {name for image in await engine.tags() for name in image.get("RepoTags") or ()}
        # The containerd store lists what was pulled by digest among the tags as well.
        tags = {name for name in names if "@" not in name}
        return tags, await engine.inspect_image(f"{repository}@{digest}")

    tags, image = on(subject, work)
    assert tags - {"<none>:<none>"} == {subject.image}
    assert f"{repository}@{digest}" in image["RepoDigests"]
    assert layers


def test_a_pull_of_what_the_registry_does_not_have_is_an_error_in_the_engines_words(subject: Subject) -> None:
    with pytest.raises(EngineError, match=r"not found|unknown") as caught:
        on(subject, lambda engine: engine.pull(subject.pullable[0], ABSENT, None, lambda *_: None, 60))
    assert not isinstance(caught.value, NoSuchObject)


def test_a_tag_moves_and_goes_and_removing_it_twice_is_no_error(subject: Subject) -> None:
    async def work(engine: Engine) -> tuple[str, str]:
        image_id = (await engine.inspect_image(subject.image))["Id"]
        await engine.tag(image_id, "dockmon-rollback/web:1")
        by_tag = (await engine.inspect_image("dockmon-rollback/web:1"))["Id"]
        for _ in range(2):
            await engine.untag("dockmon-rollback/web:1")
        with pytest.raises(NoSuchObject):
            await engine.inspect_image("dockmon-rollback/web:1")
        assert (await engine.inspect_image(subject.image))["Id"] == image_id
        return image_id, by_tag

    image_id, by_tag = on(subject, work)
    assert image_id == by_tag


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


FILE = FileContent("/run/secrets/token", 0o440, 12, 34, datetime(2026, 11, 20, 12, 0, 7, tzinfo=UTC), b"sesame\n")


def test_a_file_put_into_a_container_is_read_back_as_it_was_and_stands_among_its_changes(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        await make(engine, "web", subject.image)
        for _ in range(2):
            await engine.write_file("web", FILE)
        await engine.start("web")
        # Podman gives what it unpacks to the container's user.
        wanted = replace(FILE, uid=0, gid=0) if (await engine.info()).is_podman else FILE
        assert await engine.read_file("web", FILE.path) == wanted
        info = await engine.file_info("web", FILE.path)
        assert info == FileInfo(FILE.path, FILE.mode, len(FILE.data), FILE.changed_at, is_file=True)
        assert {"Path": FILE.path, "Kind": 1} in await engine.changes("web")

    on(subject, work)


def test_a_file_that_is_not_there_and_one_in_no_container_are_told_as_such(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        await make(engine, "web", subject.image)
        for ask in (engine.file_info, engine.read_file):
            with pytest.raises(NoSuchObject):
                await ask("web", FILE.path)
            with pytest.raises(NoSuchObject):
                await ask("nobody", FILE.path)
        with pytest.raises(NoSuchObject):
            await engine.write_file("nobody", FILE)

    on(subject, work)


def test_a_file_that_is_too_large_is_refused(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        await make(engine, "web", subject.image)
        await engine.write_file("web", replace(FILE, data=b"#" * (LARGEST_FILE + 1)))
        with pytest.raises(EngineError, match="larger than"):
            await engine.read_file("web", FILE.path)

    on(subject, work)


def test_a_command_is_run_in_a_container_to_its_end(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        await make(engine, "web", subject.image)
        with pytest.raises(EngineError):
            await engine.run_in("web", "echo asleep", 20)
        await engine.start("web")
        ended = await engine.run_in("web", "echo one; echo two >&2; exit 75", 20)
        assert (ended.exit_code, sorted(ended.output.splitlines())) == (75, ["one", "two"])
        assert await engine.run_in("web", "exit 0", 20) == Ended(0, "")
        with pytest.raises(NoSuchObject):
            await engine.run_in("nobody", "exit 0", 20)

    on(subject, work)


def test_a_command_that_does_not_end_in_time_is_cut_off(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        await make(engine, "web", subject.image)
        await engine.start("web")
        with pytest.raises(CutOff):
            await engine.run_in("web", "sleep 600", 1)
        assert (await row(engine, "web")).status == "running"

    on(subject, work)
