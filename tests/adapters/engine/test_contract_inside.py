"""What `ports.engine.Engine` promises of files and commands in a container, held by the fake and by real engines."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dockmon_cli.core.errors import CutOff, EngineError, NoSuchObject
from dockmon_cli.core.hooks import Ended
from dockmon_cli.core.placed_files import LARGEST_FILE, FileContent, FileInfo
from dockmon_cli.ports.engine import Engine
from tests.adapters.engine.conftest import Subject
from tests.adapters.engine.contract import make, on, row

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


@pytest.mark.parametrize(
    ("command", "code"),
    [("exec >/tmp/out 2>/tmp/log; echo unseen; sleep 1.5; exit 3", 3), ("sleep 1 >/tmp/out 2>&1", 0)],
)
def test_a_command_that_prints_into_files_is_run_to_its_end_as_well(subject: Subject, command: str, code: int) -> None:
    async def work(engine: Engine) -> None:
        await make(engine, "web", subject.image)
        await engine.start("web")
        assert await engine.run_in("web", command, 20) == Ended(code, "")

    on(subject, work)


def test_a_command_that_does_not_end_in_time_is_cut_off(subject: Subject) -> None:
    async def work(engine: Engine) -> None:
        await make(engine, "web", subject.image)
        await engine.start("web")
        with pytest.raises(CutOff) as caught:
            await engine.run_in("web", "echo before; sleep 600", 1)
        assert caught.value.output.split() == ["before"]
        assert (await row(engine, "web")).status == "running"

    on(subject, work)
