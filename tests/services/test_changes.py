"""Which line of whose file an update to another tag makes out of date."""

from typing import Any

import pytest

from dockmon_cli.core.change import COMPOSE_FILES, COMPOSE_FOLDER, Change
from dockmon_cli.core.check_answer import Available, CheckAnswer
from dockmon_cli.core.containers import COMPOSE_SERVICE
from dockmon_cli.services.changes import change_for
from tests.fakes.compose_file import MemoryComposeFiles

OLD, NEW = "traefik:v3.1", "traefik:v3.2"
MAIN, MORE = "/srv/shop/compose.yml", "/srv/shop/compose.override.yml"
ANSWER = CheckAnswer("update_available", available=Available(NEW, "sha256:2"))


def container(**labels: str) -> Any:
    return {"Config": {"Image": OLD, "Labels": labels or None}}


def composed(files: str = f"{MAIN},{MORE}") -> Any:
    return container(**{COMPOSE_SERVICE: "proxy", COMPOSE_FILES: files, COMPOSE_FOLDER: "/srv/shop"})


def test_where_the_reference_stays_there_is_nothing_to_change() -> None:
    for available in (None, Available(OLD, "sha256:2")):
        answer = CheckAnswer("update_available", available=available)
        assert change_for(MemoryComposeFiles(), composed(), answer, is_local_host=True) is None


def test_a_container_that_no_compose_file_made_has_its_reference_to_change() -> None:
    assert change_for(MemoryComposeFiles(), container(), ANSWER, is_local_host=True) == Change(None, None, OLD, NEW)


@pytest.mark.parametrize(
    ("lines", "file", "line"),
    [
        ({(MAIN, "proxy"): 4}, MAIN, 4),
        ({(MAIN, "proxy"): 4, (MORE, "proxy"): 2}, MORE, 2),
        ({(MAIN, "other"): 4}, MAIN, None),
        ({}, MAIN, None),
    ],
)
def test_the_last_compose_file_that_names_the_image_is_the_one(
    lines: dict[tuple[str, str], int], file: str, line: int | None
) -> None:
    found = change_for(MemoryComposeFiles(lines), composed(), ANSWER, is_local_host=True)
    assert found == Change(file, line, OLD, NEW)
    assert found.place == (f"{file}:{line}" if line else file)


def test_files_of_another_host_are_named_and_not_looked_for_here() -> None:
    files = MemoryComposeFiles({(MAIN, "proxy"): 4})
    assert change_for(files, composed(), ANSWER, is_local_host=False) == Change(MAIN, None, OLD, NEW)
    assert files.asked == []


def test_files_as_compose_1_names_them_are_those_of_the_projects_folder() -> None:
    files = MemoryComposeFiles({(MAIN, "proxy"): 4})
    found = change_for(files, composed("compose.yml,-"), ANSWER, is_local_host=True)
    assert found == Change(MAIN, 4, OLD, NEW)
    assert change_for(files, composed("-"), ANSWER, is_local_host=True) == Change(None, None, OLD, NEW)
