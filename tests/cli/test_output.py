"""One report in every format."""

import io
import json
import sys
from datetime import UTC, datetime

import pytest
import yaml

from dockmon_cli.cli.output import Column, Item, Report, emit
from dockmon_cli.cli.output.table import fitted
from dockmon_cli.cli.settings import Format, Settings
from dockmon_cli.core.report import ErrorEntry
from tests.cli.program import at_terminal

COLUMNS = (
    Column("TARGET", lambda item: f"{item['host']}/{item['name']}"),
    Column("IMAGE", "image", shrinks=True),
    Column("STATUS", "status", state=True),
    Column("AGE", "age", right=True),
    Column("TAGS", "tags", wide=True),
    Column("UPDATE", "update.state"),
)
ITEMS: tuple[Item, ...] = (
    {"host": "edge", "name": "proxy", "image": "traefik:v3.1", "status": "running", "age": "41d", "tags": ["a", "b"],
     "update": {"state": "needs a look"}},
    {"host": "nas", "name": "db", "image": "lscr.io/linuxserver/sonarr:4", "status": "exited", "age": "3m", "tags": [],
     "update": None},
)  # fmt: skip
DOWN = ErrorEntry("timeout", "unreachable: timed out after 5 s", "is it on?", host="attic")
AT = datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC)


def printed(capsys: pytest.CaptureFixture[str], output: Format | None, report: Report | None = None) -> str:
    emit(report or Report(ITEMS, columns=COLUMNS, generated_at=AT), Settings(output=output))
    return capsys.readouterr().out


def test_a_table_has_two_spaces_between_columns_and_a_dash_for_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, None) == (
        "TARGET      IMAGE                         STATUS   AGE  UPDATE\n"
        "edge/proxy  traefik:v3.1                  running  41d  needs a look\n"
        "nas/db      lscr.io/linuxserver/sonarr:4  exited    3m  -\n"
    )


def test_wide_shows_the_wide_columns_too(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "wide").splitlines()
    assert [line.split()[4] for line in lines] == ["TAGS", "a,b", "-"]


def test_a_space_inside_a_cell_is_kept_in_the_last_column_only(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(({"a": "x y", "b": "x y"},), columns=(Column("A", "a"), Column("B", "b")))
    assert printed(capsys, "table", report).splitlines()[1] == "x_y  x y"


def test_a_table_without_rows_is_its_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, None, Report(columns=COLUMNS)) == "TARGET  IMAGE  STATUS  AGE  UPDATE\n"


def test_numbers_and_leading_zeros_stay_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(({"a": "007", "b": 1.10},), columns=(Column("A", "a"), Column("B", "b")))
    assert printed(capsys, None, report).splitlines()[1] == "007  1.1"


def test_tables_drop_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(({"a": "e\x1b[31mv\x7fi\x9bl"},), columns=(Column("A", "a"),))
    assert printed(capsys, None, report) == "A\ne[31mvil\n"
    assert printed(capsys, "name", report) == "e[31mvil\n"


def test_json_is_one_document_of_the_contract_s_shape(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(printed(capsys, "json", Report(ITEMS, (DOWN,), generated_at=AT)))
    assert document == {
        "schema": "dockmon/v1",
        "generated_at": "2026-11-02T03:04:05.000Z",
        "items": list(ITEMS),
        "errors": [{"host": "attic", "target": None, "code": "timeout",
                    "message": "unreachable: timed out after 5 s", "hint": "is it on?"}],
    }  # fmt: skip
    assert list(document) == ["schema", "generated_at", "items", "errors"]


def test_json_escapes_control_characters_and_keeps_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "json", Report(({"a": "é\x00\x1b\x7f\x80\x9f\u00a0€"},)))
    assert r'"é\u0000\u001b\u007f\u0080\u009f' in text
    assert json.loads(text)["items"][0]["a"] == "é\x00\x1b\x7f\x80\x9f\u00a0€"


def test_yaml_is_the_same_document(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(ITEMS, (DOWN,), generated_at=AT)
    shown = printed(capsys, "yaml", report)
    assert yaml.safe_load(shown) == json.loads(printed(capsys, "json", report))


def test_jsonl_is_one_item_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert [json.loads(line) for line in printed(capsys, "jsonl").splitlines()] == list(ITEMS)


def test_name_is_the_first_column_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "name") == "edge/proxy\nnas/db\n"


def test_moments_are_written_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(({"at": datetime.fromisoformat("2026-11-02T05:04:05+02:00")},))
    assert json.loads(printed(capsys, "jsonl", report))["at"] == "2026-11-02T03:04:05.000Z"


@pytest.mark.parametrize("output", ["table", "json", "jsonl"])
def test_failures_and_notes_are_on_stderr(output: Format, capsys: pytest.CaptureFixture[str]) -> None:
    emit(Report(ITEMS, (DOWN,), COLUMNS, ("2 up to date",)), Settings(output=output))
    assert capsys.readouterr().err == "attic: unreachable: timed out after 5 s\n  is it on?\n2 up to date\n"


def test_quiet_leaves_errors_only(capsys: pytest.CaptureFixture[str]) -> None:
    emit(Report(ITEMS, (DOWN,), COLUMNS, ("2 up to date",)), Settings(quiet=True))
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "attic: unreachable: timed out after 5 s\n  is it on?\n")


def test_where_a_table_is_the_wrong_shape_text_takes_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(({"a": 1},), text="nas/db  BLOCK\n  1 label \x1b -", columns=(Column("A", "a"),))
    assert printed(capsys, None, report) == "nas/db  BLOCK\n  1 label  -\n"
    assert printed(capsys, "name", report) == "1\n"


def test_rows_too_wide_lose_the_left_of_what_shrinks_and_then_the_end() -> None:
    columns = (Column("A", "a"), Column("IMAGE", "i", shrinks=True), Column("LAST", "l"))
    rows = [["nas/db", "lscr.io/linuxserver/sonarr:4", "a long story about it"]]
    assert fitted(rows, columns, 80) == rows
    assert fitted(rows, columns, 50) == [["nas/db", "…nuxserver/sonarr:4", rows[0][2]]]
    narrow = fitted(rows, columns, 40)[0]
    assert narrow[1].startswith("…")
    assert narrow[1].endswith("sonarr:4")
    assert narrow[2].endswith("…")
    assert sum(map(len, narrow)) + 4 <= 40


def test_a_stream_in_another_encoding_gets_json_that_is_still_json(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="latin-1", errors="backslashreplace"))
    emit(Report(({"a": "€😀"},)), Settings(output="json"))
    assert json.loads(raw.getvalue())["items"] == [{"a": "€😀"}]


PROGRAM = """
import os
from dockmon_cli.cli.output import Column, Report, emit
from dockmon_cli.cli.settings import Settings
items = ({"name": "web", "status": "running", "why": "x" * 200},)
columns = (Column("NAME", "name"), Column("STATUS", "status", state=True), Column("WHY", "why"))
emit(Report(items, columns=columns), Settings(env=dict(os.environ)))
"""


def test_a_terminal_gets_colours_and_lines_that_fit(env: dict[str, str]) -> None:
    shown = at_terminal(sys.executable, "-c", PROGRAM, env=env, columns=60)
    title, row = shown.out.splitlines()
    assert "\x1b[32mrunning\x1b[0m" in row
    assert len(row.replace("\x1b[32m", "").replace("\x1b[0m", "")) == 60
    assert title.index("WHY") == row.replace("\x1b[32m", "").replace("\x1b[0m", "").index("xxx")


@pytest.mark.parametrize("extra", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colours_are_off_for_who_does_not_want_them(extra: dict[str, str], env: dict[str, str]) -> None:
    shown = at_terminal(sys.executable, "-c", PROGRAM, env={**env, **extra})
    assert "running" in shown.out
    assert "\x1b" not in shown.out
