"""`dockmon ps`, as its users meet it, on real engines and on hosts that fail."""

import json
import socket
import threading
from pathlib import Path

import pytest

from tests.cli.program import dockmon, process
from tests.cli.schemas import check
from tests.lab import Engine, Registry
from tests.lab.servers import BrokenServer, HtmlServer, garbage, half_answer, silence

pytestmark = pytest.mark.lab

HEAVY = ("sqlalchemy", "sqlmodel", "alembic", "httpx", "pydantic", "yaml")


def declare(tmp_path: Path, **hosts: str) -> None:
    file = tmp_path / "config/dockmon/dockmon.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f'[hosts.{name}]\nurl = "{url}"\n' for name, url in hosts.items()))


@pytest.fixture
def nas(engine: Engine, registry: Registry, tmp_path: Path) -> Engine:
    """An engine, declared as nas, with a running web of project shop and a stopped db."""
    image = registry.push("web", "1").ref
    engine.docker("run", "-d", "--name", "web", "--label", "com.docker.compose.project=shop", "-p", "18080:80", image)
    engine.docker("create", "--name", "db", image)
    declare(tmp_path, nas=engine.unix_url)
    return engine


def test_the_table_has_pasteable_targets_and_no_spaces_in_cells(nas: Engine, env: dict[str, str]) -> None:
    done = dockmon("ps", env=env)
    titles, row = (line.split() for line in done.out.splitlines())
    assert (done.code, done.err) == (0, "")
    assert titles == ["TARGET", "IMAGE", "STATUS", "SINCE", "HEALTH", "UPDATE"]
    assert (row[0], row[2], len(row)) == ("nas/web", "running", 6)
    both = dockmon("ps", "-a", "-o", "name", env=env)
    assert both.out == "nas/db\nnas/web\n"


def test_json_keeps_to_its_schema_and_tells_all(nas: Engine, env: dict[str, str]) -> None:
    document = dockmon("ps", "-a", "-o", "json", env=env).document
    check(document, "ps")
    created, running = document["items"]
    assert (created["name"], created["status"]) == ("db", "created")
    assert (running["project"], running["tags"], running["restarts"]) == ("shop", ["shop"], 0)
    assert {"private": 80, "protocol": "tcp", "public": 18080, "ip": "0.0.0.0"} in running["ports"]
    assert running["update"] == {"state": "unknown", "kind": None, "version": None, "checked_at": None}
    lines = dockmon("ps", "-a", "-o", "jsonl", env=env).out.splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["db", "web"]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("nas/db",), "nas/db\n"),
        (("web",), "nas/web\n"),
        (("--tag", "shop"), "nas/web\n"),
        (("--filter", "status=created"), "nas/db\n"),
        (("--filter", "name=w*", "--host", "nas"), "nas/web\n"),
        (("--tag", "nobody-has-it"), ""),
    ],
)
def test_targets_and_selections_choose(nas: Engine, env: dict[str, str], words: tuple[str, ...], shown: str) -> None:
    done = dockmon("ps", *words, "-o", "name", env=env)
    assert (done.code, done.out) == (0, shown)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nas/nobody",), 5),
        (("nobody/web",), 5),
        (("--host", "nobody"), 5),
        (("--filter", "x=y"), 2),
        (("web", "no"), 3),
    ],
)
def test_what_is_not_there_has_its_exit_code(
    nas: Engine, env: dict[str, str], words: tuple[str, ...], code: int
) -> None:
    done = dockmon("ps", *words, "-o", "json", env=env)
    check(done.document, "ps")
    assert done.code == code


def test_hosts_that_fail_are_one_line_each_and_the_good_ones_are_shown(
    nas: Engine, env: dict[str, str], tmp_path: Path
) -> None:
    with BrokenServer("127.0.0.1", silence) as mute, HtmlServer("127.0.0.1") as page:
        declare(
            tmp_path, nas=nas.unix_url, attic=f"tcp://{mute.host}", web=f"tcp://{page.host}", off="tcp://127.0.0.1:1"
        )
        done = dockmon("ps", "--timeout", "2s", env=env)
        document = dockmon("ps", "--timeout", "2s", "-o", "json", env=env).document
    assert done.code == 3
    assert "nas/web" in done.out
    lines = done.err.splitlines()
    assert "attic: unreachable: timed out after 2 s" in lines
    assert any(
        line.startswith("web: unreachable: something answers there, but it is no Docker engine") for line in lines
    )
    check(document, "ps")
    assert {error["host"]: error["code"] for error in document["errors"]} == {
        "attic": "timeout", "web": "not_an_engine", "off": "refused",
    }  # fmt: skip


@pytest.mark.parametrize(("misbehave", "code"), [(garbage, "not_an_engine"), (half_answer, "broken_answer")])
def test_garbage_and_half_an_answer_are_failures_without_a_traceback(
    env: dict[str, str], tmp_path: Path, misbehave: object, code: str
) -> None:
    with BrokenServer("127.0.0.1", misbehave) as server:  # type: ignore[arg-type]
        declare(tmp_path, odd=f"tcp://{server.host}")
        done = dockmon("ps", "-o", "json", env=env)
    assert (done.code, done.document["errors"][0]["code"]) == (1, code)
    assert "Traceback" not in done.err


def test_a_frozen_engine_is_cut_off_and_delays_nobody(nas: Engine, env: dict[str, str], tmp_path: Path) -> None:
    order: list[str] = []

    def mute(connection: socket.socket, _closed: threading.Event) -> None:
        order.append("asked")
        while connection.recv(4096):
            pass
        order.append("cut off")

    with BrokenServer("127.0.0.1", mute) as server:
        declare(tmp_path, attic=f"tcp://{server.host}", cellar=f"tcp://{server.host}", nas=nas.unix_url)
        done = dockmon("ps", "--timeout", "1", env=env)
    assert done.code == 3
    assert order == ["asked", "asked", "cut off", "cut off"]
    nas.pause()
    try:
        declare(tmp_path, nas=nas.unix_url)
        frozen = dockmon("ps", "--timeout", "1", env=env)
    finally:
        nas.resume()
    assert (frozen.code, "nas: unreachable: timed out after 1 s" in frozen.err) == (1, True)


def test_a_moved_tag_still_shows_the_name_that_its_user_wrote(
    nas: Engine, registry: Registry, env: dict[str, str]
) -> None:
    image = registry.push("web", "1", seed="moved").ref
    nas.docker("pull", image)
    (row,) = dockmon("ps", "-o", "json", env=env).document["items"]
    assert row["image"] == image
    assert image in dockmon("ps", env=env).out


def test_a_swap_under_way_shows_one_container(nas: Engine, env: dict[str, str]) -> None:
    nas.docker("rename", "db", "web.dockmon-new")
    assert dockmon("ps", "-a", "-o", "name", env=env).out == "nas/web\n"


def test_nothing_selected_is_said_on_stderr(nas: Engine, env: dict[str, str]) -> None:
    done = dockmon("ps", "--tag", "nobody", env=env)
    assert (done.code, done.err) == (0, "no container matches\n")


def test_ps_loads_no_library_that_it_does_not_need(nas: Engine, env: dict[str, str]) -> None:
    code = (
        "import os, sys\nfrom dockmon_cli.__main__ import run\n"
        "code = run(['ps', '-o', 'name'], dict(os.environ))\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\nsys.exit(code)\n"
    )
    done = process(env=env, code=code)
    assert (done.code, done.out, done.err) == (0, "nas/web\n", "[]\n")


def test_ps_leaves_the_store_alone(nas: Engine, env: dict[str, str], tmp_path: Path) -> None:
    assert dockmon("ps", env=env).code == 0
    assert not (tmp_path / "state/dockmon").exists()
