"""Bad input: a clear message with a next step, the right exit code, no traceback, and nothing changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.driver import Run
from tests.e2e.here import DockmonHere
from tests.e2e.shelf import Shelf, shelf, untouched
from tests.lab import Engine, Lab, Registry
from tests.lab.kinds import DEFAULT
from tests.lab.servers import BrokenServer, HtmlServer, Relay, drip, garbage, half_answer, reset, silence
from tests.lab.servers.broken import Misbehaviour
from tests.lab.servers.http import Answer, Question, RegistryFront

pytestmark = pytest.mark.lab

COMMANDS = (
    ("ps",),
    ("update", "check"),
    ("update", "plan"),
    ("update", "apply", "--all", "--yes"),
    ("update", "history", "--host", "nas"),
    ("policy", "explain"),
)


@pytest.fixture(scope="module")
def on(_shared_engine: Callable[[str], Engine], _shared_registry: Registry) -> Iterator[Shelf]:
    """An engine with a container that could be updated; one for all, as none of them may change anything."""
    engine = _shared_engine(DEFAULT)
    engine.clean()
    with shelf(engine) as found:
        ref = _shared_registry.push("bad/web", "1").ref
        found.pull(ref)
        found.run("web", ref)
        _shared_registry.push("bad/web", "1", seed="2")
        yield found


def complaints(run: Run, code: int) -> list[dict[str, str]]:
    """The errors of a run that failed as it should."""
    assert run.code == code, run
    for word in ("Traceback", "unexpected", "\x1b"):
        assert word not in run.out + run.err, run
    for error in run.errors:
        assert error["message"], run
        assert error["message"] in run.err.replace("  ", " "), run
    return run.errors


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("update", "check", "nas/wep"), 5, "nas/web"),
        (("update", "apply", "nsa/web", "--yes"), 5, "nas"),
        (("update", "apply", "web", "--yes"), 5, "attic/web, nas/web"),
        (("update", "check", "--host", "nsa"), 5, "nas"),
        (("update", "apply", "nas/web", "--yse"), 2, "--yes"),
        (("update", "chekc"), 2, "check"),
        (("update", "check", "--filter", "lable=x"), 2, "label"),
        (("update", "check", "-o", "xml"), 2, "json"),
        (("update", "check", "--timeout", "soon"), 2, "30s"),
    ],
)
def test_a_word_that_nothing_answers_to_is_told_with_what_was_meant(
    on: Shelf, tmp_path: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": on.engine, "attic": on.engine})
    with untouched(on):
        run = dockmon(*words, *(() if "-o" in words else ("-o", "json")))
    assert run.code == code, run
    assert says in run.err, run
    assert "Traceback" not in run.err
    if "-o" not in words:
        assert [bool(error["message"] and error["hint"]) for error in complaints(run, code)] == [True]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("update = [\n", [2]),
        ("update.lookups = 'many'\nhosts.nas.ulr = 'tcp://x'\n[nonsense]\n", [1, 2, 2, 3]),
    ],
)
def test_a_broken_configuration_is_told_at_once_with_its_lines(
    on: Shelf, tmp_path: Path, text: str, lines: list[int]
) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": on.engine})
    dockmon.config.write_text(text)
    with untouched(on):
        for command in (("update", "check"), ("update", "apply", "--all", "--yes")):
            errors = complaints(dockmon.json(*command), 7)
            assert {error["code"] for error in errors} == {"config"}
            told = [error["message"].removeprefix(f"{dockmon.config}:").partition(":")[0] for error in errors]
            assert sorted(map(int, told)) == lines, errors
    assert not dockmon.state.exists()


def test_an_empty_configuration_serves_the_local_engine(on: Shelf, tmp_path: Path) -> None:
    dockmon = DockmonHere(tmp_path, {})
    dockmon.config.write_text("")
    found = dockmon.json("update", "check", DOCKER_HOST=on.engine.unix_url)
    assert (found.code, [item["target"] for item in found.items]) == (0, ["local/web"])


def _no_store(file: Path, dockmon: DockmonHere) -> None:
    file.write_text("This is no database.\n" * 100)


def _folder(file: Path, dockmon: DockmonHere) -> None:
    file.mkdir()


def _newer(file: Path, dockmon: DockmonHere) -> None:
    assert dockmon("update", "check", DOCKMON_DB=str(file)).code == 0
    with closing(sqlite3.connect(file)) as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
        store.commit()
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.mark.parametrize("spoil", [_no_store, _folder, _newer])
def test_a_store_that_cannot_be_used_is_left_as_it_is(on: Shelf, tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    dockmon, file = DockmonHere(tmp_path, {"nas": on.engine}), tmp_path / "other.db"
    spoil(file, dockmon)
    before = file.read_bytes() if file.is_file() else b""
    with untouched(on):
        for command in COMMANDS:
            (error,) = complaints(dockmon.json(*command, DOCKMON_DB=str(file)), 6)
            assert (error["code"], bool(error["hint"]), str(file) in error["message"]) == ("store", True, True)
    assert (file.read_bytes() if file.is_file() else b"") == before


@pytest.mark.parametrize("misbehave", [garbage, half_answer, reset, silence, drip])
def test_an_engine_that_answers_nonsense_or_breaks_off_spoils_nothing_for_the_others(
    on: Shelf, tmp_path: Path, misbehave: Misbehaviour
) -> None:
    with BrokenServer("127.0.0.1", misbehave) as server:
        dockmon = DockmonHere(tmp_path, {"nas": on.engine, "odd": {"url": f"tcp://{server.host}"}})
        with untouched(on):
            (error,) = complaints(dockmon.json("update", "check", "--host", "odd", "--timeout", "1s"), 1)
            both = dockmon.json("update", "plan", "--timeout", "1s")
            if misbehave is half_answer:
                complaints(dockmon.json("update", "apply", "odd/web", "--yes"), 1)
    assert error["host"] == "odd"
    assert error["code"] in ("broken_answer", "not_an_engine", "timeout", "unreachable")
    assert error["hint"]
    assert (both.code, [item["target"] for item in both.items]) == (3, ["nas/web"])


def test_a_web_server_is_no_engine(on: Shelf, tmp_path: Path) -> None:
    with HtmlServer("127.0.0.1") as server:
        dockmon = DockmonHere(tmp_path, {"odd": {"url": f"tcp://{server.host}"}})
        (error,) = complaints(dockmon.json("update", "check"), 1)
    assert (error["code"], error["host"], bool(error["hint"])) == ("not_an_engine", "odd", True)


@pytest.mark.parametrize("cut_after", [300, 3000, 6000, 9000, 20000])
def test_an_engine_that_closes_half_way_is_told_wherever_it_happens(on: Shelf, tmp_path: Path, cut_after: int) -> None:
    with Relay("127.0.0.1", on.engine.tcp_url.removeprefix("tcp://"), cut_after=cut_after) as relay:
        dockmon = DockmonHere(tmp_path, {"far": {"url": f"tcp://{relay.host}"}})
        with untouched(on):
            run = dockmon.json("update", "check", "far/web")
    errors = complaints(run, 1 if run.code else 0)
    assert [error["code"] for error in errors] == ["broken_answer"] * run.code
    assert [item["state"] for item in run.items] == ([] if run.code else ["update_available"])


def test_a_registry_that_answers_with_web_pages_is_told_and_nothing_is_pulled(
    lab: Lab, on: Shelf, registry: Registry, tmp_path: Path
) -> None:
    with HtmlServer("127.0.0.1") as page, HtmlServer("127.0.0.1", 503) as busy:
        for name, server in (("page", page), ("busy", busy)):
            on.run(name, on.alias(f"{registry.host}/bad/web:1", f"{server.host}/web:1"))
        dockmon = DockmonHere(tmp_path, {"nas": on.engine})
        with untouched(on):
            errors = complaints(dockmon.json("update", "apply", "nas/page", "nas/busy", "--yes"), 1)
        assert [(error["target"], error["code"]) for error in errors] == [
            ("nas/page", "unsupported"),
            ("nas/busy", "unreachable"),
        ]
        assert all(error["hint"] for error in errors)
        assert {asked.method for asked in (*page.requests, *busy.requests)} == {"HEAD"}
    for name in ("page", "busy"):
        on.api.containers.get(name).remove(force=True)


class Odd(RegistryFront):
    """An engine behind a proxy that answers one kind of question with JSON of its own."""

    def __init__(self, engine: Engine, path: str, body: bytes) -> None:
        super().__init__("127.0.0.1", engine.tcp_url.removeprefix("tcp://"))
        self._path, self._body = path, body

    def answer(self, question: Question) -> Answer:
        """Answer that one, pass the others on."""
        if self._path in question.path:
            return Answer(200, self._body, {"Content-Type": "application/json"})
        return self.forward(question)


@pytest.mark.parametrize("body", [b"{}", b"[{}]", b'"x"'])
@pytest.mark.parametrize("path", ["/containers/json", "/containers/", "/images/", "/info"])
def test_an_engine_whose_json_is_not_dockers_is_one_failure(on: Shelf, tmp_path: Path, path: str, body: bytes) -> None:
    with Odd(on.engine, path, body) as odd:
        dockmon = DockmonHere(tmp_path, {"nas": on.engine, "odd": {"url": f"tcp://{odd.host}"}})
        with untouched(on):
            run = dockmon.json("update", "check")
    if (path, body) == ("/info", b"{}"):
        # Proxies do keep it back; without it nobody says that the registry speaks plain http.
        assert [(error["target"], error["code"]) for error in run.errors] == [("odd/web", "unreachable")]
        return
    (error,) = complaints(run, 3)
    assert (error["host"], error["code"], bool(error["hint"])) == ("odd", "broken_answer", True)
    assert [item["target"] for item in run.items] == ["nas/web"]
