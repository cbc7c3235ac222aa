"""Leases: one contract on the fake and on the real ones; real processes for what only the kernel can promise."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dockmon_cli.adapters.lock import FileLeases, file_name
from dockmon_cli.core.errors import StoreError
from dockmon_cli.ports.lock import Leases, container_lease, tag_lease
from tests.fakes.lock import MemoryLeases

HOLDER = """\
import sys, subprocess
from pathlib import Path
from dockmon_cli.adapters.lock import FileLeases
with FileLeases(Path(sys.argv[1])).try_hold(sys.argv[2]) as held:
    helper = subprocess.Popen(["sleep", "60"])
    print(held, helper.pid, flush=True)
    sys.stdin.readline()
    helper.kill()
    helper.wait()
"""


@pytest.fixture(params=["fake", "real"])
def leases(request: pytest.FixtureRequest, tmp_path: Path) -> Leases:
    return MemoryLeases() if request.param == "fake" else FileLeases(tmp_path / "state" / "locks")


def _is_free(leases: Leases, name: str) -> bool:
    with leases.try_hold(name) as held:
        return held


def test_a_lease_is_held_by_one_at_a_time(leases: Leases) -> None:
    with leases.try_hold("web") as first, leases.try_hold("web") as second:
        assert (first, second) == (True, False)
    assert _is_free(leases, "web")


def test_one_who_was_refused_does_not_free_the_lease(leases: Leases) -> None:
    with leases.try_hold("web"):
        assert not _is_free(leases, "web")
        assert not _is_free(leases, "web")


def test_a_tag_has_one_lease_however_it_is_written() -> None:
    assert tag_lease("h", "nginx") == tag_lease("h", "docker.io/library/nginx:latest")
    assert tag_lease("h", "nginx") != tag_lease("h", "nginx:1.27")
    assert tag_lease("h", "nginx") != tag_lease("i", "nginx")
    assert tag_lease("h", "Not a reference") == tag_lease("h", "Not a reference")


def test_other_names_are_other_leases(leases: Leases) -> None:
    with leases.try_hold("web"):
        assert _is_free(leases, "web2")


def test_a_lease_is_freed_when_its_block_raises(leases: Leases) -> None:
    with pytest.raises(KeyError), leases.try_hold("web"):
        raise KeyError
    assert _is_free(leases, "web")


def test_waiting_ends_when_the_holder_lets_go(leases: Leases) -> None:
    order: list[str] = []

    async def first() -> None:
        with leases.try_hold("web"):
            order.append("first holds")
            await asyncio.sleep(0.1)
            order.append("first lets go")

    async def second() -> None:
        async with leases.hold("web", deadline_s=60) as held:
            order.append(f"second holds: {held}")

    async def both() -> None:
        await asyncio.gather(first(), second())

    asyncio.run(both())
    assert order == ["first holds", "first lets go", "second holds: True"]
    assert _is_free(leases, "web")


def test_waiting_ends_at_the_deadline(leases: Leases) -> None:
    async def wait(deadline_s: float) -> bool:
        async with leases.hold("web", deadline_s=deadline_s) as held:
            return held

    with leases.try_hold("web"):
        assert not asyncio.run(wait(0.1))
        assert not asyncio.run(wait(0))
    assert asyncio.run(wait(0))


def test_one_who_waits_can_be_cancelled(leases: Leases) -> None:
    async def wait() -> None:
        async with leases.hold("web", deadline_s=60):
            raise AssertionError("nobody let go")

    async def cancelled() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wait(), 0.1)

    with leases.try_hold("web"):
        asyncio.run(cancelled())
    assert _is_free(leases, "web")


def _holder(folder: Path, name: str) -> tuple[subprocess.Popen[str], str, int]:
    command = [sys.executable, "-c", HOLDER, str(folder), name]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    held, helper = process.stdout.readline().split()
    return process, held, int(helper)


def test_a_lease_that_another_process_holds_is_refused_until_it_ends(tmp_path: Path) -> None:
    leases = FileLeases(tmp_path / "locks")
    process, held, _ = _holder(tmp_path / "locks", "web")
    assert held == "True"
    assert not _is_free(leases, "web")
    process.communicate("end\n", timeout=60)
    assert _is_free(leases, "web")


def test_a_killed_holder_gives_its_lease_back_though_its_helper_lives_on(tmp_path: Path) -> None:
    leases = FileLeases(tmp_path / "locks")
    process, _, helper = _holder(tmp_path / "locks", "web")
    try:
        assert not _is_free(leases, "web")
        process.kill()
        process.wait(timeout=60)
        assert Path(f"/proc/{helper}").exists()
        assert _is_free(leases, "web")
    finally:
        os.kill(helper, 9)
        process.communicate(timeout=60)


def test_one_who_waits_gets_the_lease_of_a_killed_process(tmp_path: Path) -> None:
    process, _, helper = _holder(tmp_path / "locks", "web")

    async def wait() -> bool:
        asyncio.get_running_loop().call_later(0.1, process.kill)
        async with FileLeases(tmp_path / "locks").hold("web", deadline_s=60) as held:
            return held

    assert asyncio.run(wait())
    os.kill(helper, 9)
    process.communicate(timeout=60)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "", ".", "x" * 5000, "Ä\n\x00", "lone \ud800"])
def test_any_name_is_a_file_of_its_own_inside_the_folder(tmp_path: Path, name: str) -> None:
    with FileLeases(tmp_path / "locks").try_hold(name) as held:
        assert held
    assert [path.parent for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "locks"]


def test_names_that_look_alike_in_a_file_name_stay_apart() -> None:
    names = ["a/b", "a_b", "a b", "A/b", "x" * 200, "x" * 201]
    assert len({file_name(name).lower() for name in names}) == len(names)


def test_a_container_and_a_tag_of_the_same_words_are_two_leases() -> None:
    assert container_lease("h", "web") != tag_lease("h", "web")
    assert container_lease("h", "web") != container_lease("h2", "web")


def test_lock_files_are_private_and_belong_to_the_owner_of_the_state_folder(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    os.chown(state, 54321, 54321)
    before = os.umask(0)
    try:
        assert _is_free(FileLeases(state / "locks"), "web")
    finally:
        os.umask(before)
    found = {path.name.rpartition(".")[2]: path.stat() for path in state.rglob("*")}
    assert {name: (oct(stat.S_IMODE(file.st_mode)), file.st_uid) for name, file in found.items()} == {
        "locks": ("0o700", 54321),
        "lock": ("0o600", 54321),
    }


def test_a_folder_that_can_not_be_made_is_told_not_taken_for_a_held_lease(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    with pytest.raises(StoreError) as caught, FileLeases(tmp_path / "state" / "locks").try_hold("web"):
        raise AssertionError("nobody can hold a lease there")
    assert caught.value.exit_code == 6
    assert str(tmp_path / "state") in caught.value.message
