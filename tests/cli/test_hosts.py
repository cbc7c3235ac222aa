"""`dockmon hosts`, as its users meet it, on real engines."""

import json
import sys
from pathlib import Path

import pytest

from tests.cli.program import at_terminal, dockmon
from tests.cli.schemas import check
from tests.lab import Engine

pytestmark = pytest.mark.lab


def test_local_serves_until_a_host_is_configured(engine: Engine, env: dict[str, str]) -> None:
    with_local = {**env, "DOCKER_HOST": engine.unix_url}
    listed = dockmon("hosts", "list", "-o", "json", env=with_local)
    check(listed.document, "hosts")
    (local,) = listed.document["items"]
    assert (local["name"], local["origin"], local["state"], local["access"]) == ("local", "implied", "fresh", "full")

    added = dockmon("hosts", "add", "nas", engine.tcp_url, env=with_local)
    assert added.code == 0
    assert f"dockmon hosts add local {engine.unix_url}" in added.err
    assert "without TLS" in added.err

    kept = dockmon("hosts", "add", "local", engine.unix_url, "-o", "json", env=with_local)
    check(kept.document, "hosts")
    assert kept.document["items"][0]["host_id"] == local["host_id"]
    assert "same engine ID" in kept.err
    names = [item["name"] for item in dockmon("hosts", "list", "-o", "json", env=with_local).document["items"]]
    assert names == ["local", "nas"]


def test_what_does_not_answer_is_not_saved(engine: Engine, env: dict[str, str], tmp_path: Path) -> None:
    refused = dockmon("hosts", "add", "nas", f"unix://{tmp_path}/none.sock", "-o", "json", env=env)
    check(refused.document, "hosts")
    assert (refused.code, refused.document["errors"][0]["code"]) == (1, "refused")
    silent = dockmon("hosts", "add", "nas", "tcp://nobody.invalid:2375", env=env)
    assert (silent.code, silent.out) == (1, "")
    assert silent.err.startswith("nas: unreachable: ")
    local = dockmon("hosts", "list", "-o", "name", env={**env, "DOCKER_HOST": engine.unix_url})
    assert local.out == "local\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "Nas", "unix:///s"), 2),
        (("add", "nas", "ftp://x"), 2),
        (("add", "nas", "unix:///s", "--tls-dir", "/certs"), 2),
        (("add", "nas", "ssh://root@127.0.0.1:1"), 2),
        (("add", "nas", "tcp://127.0.0.1:1", "--tls-dir", "/none"), 4),
        (("show", "nas"), 5),
        (("test", "nas"), 5),
        (("set", "nas", "--name", "x"), 5),
        (("set", "nas"), 2),
        (("remove", "nas", "--yes"), 5),
        (("import", "nas"), 5),
    ],
)
def test_what_makes_no_sense_has_its_exit_code_and_a_next_step(
    words: tuple[str, ...], code: int, env: dict[str, str]
) -> None:
    done = dockmon("hosts", *words, "-o", "json", env=env)
    check(done.document, "envelope")
    assert done.code == code
    assert done.document["errors"][0]["hint"]


def test_setting_keeps_the_host_id_and_removing_asks(engine: Engine, env: dict[str, str]) -> None:
    added = dockmon("hosts", "add", "nas", engine.unix_url, "-o", "json", env=env).document["items"][0]
    changed = dockmon("hosts", "set", "nas", "--name", "cellar", "--url", engine.tcp_url, "-o", "json", env=env)
    check(changed.document, "hosts")
    item = changed.document["items"][0]
    assert (item["name"], item["url"], item["host_id"]) == ("cellar", engine.tcp_url, added["host_id"])

    unasked = dockmon("hosts", "remove", "cellar", env=env)
    assert unasked.code == 2
    assert "--yes" in unasked.err
    program = (sys.executable, "-m", "dockmon_cli")
    answered_no = at_terminal(*program, "hosts", "remove", "cellar", env=env, typed="n\n")
    assert answered_no.code == 0
    assert "With it goes" in answered_no.out
    removed = dockmon("hosts", "remove", "cellar", "--yes", "-o", "json", env=env)
    check(removed.document, "hosts-remove")
    assert dockmon("hosts", "show", "cellar", env=env).code == 5


def test_one_host_is_shown_whole(engine: Engine, env: dict[str, str]) -> None:
    dockmon("hosts", "add", "nas", engine.unix_url, env=env)
    shown = dockmon("hosts", "show", "nas", "-o", "json", env=env)
    check(shown.document, "hosts-show")
    assert shown.document["items"][0]["engine"]["image_store"] == "containerd"
    assert "api_version" in dockmon("hosts", "show", "nas", env=env).out


def test_a_declared_host_is_listed_and_can_t_be_changed(engine: Engine, env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "config/dockmon/dockmon.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f'[hosts.nas]\nurl = "{engine.unix_url}"\n')
    (item,) = dockmon("hosts", "list", "-o", "json", env=env).document["items"]
    assert (item["name"], item["origin"]) == ("nas", "declared")
    for words in (("add", "nas", engine.tcp_url), ("set", "nas", "--name", "x"), ("remove", "nas", "--yes")):
        refused = dockmon("hosts", *words, env=env)
        assert refused.code == 7
        assert str(file) in refused.err


def test_testing_tells_who_answers_and_who_does_not(engine: Engine, env: dict[str, str]) -> None:
    dockmon("hosts", "add", "nas", engine.unix_url, env=env)
    dockmon("hosts", "add", "attic", "tcp://127.0.0.1:1", "--no-check", env=env)
    both = dockmon("hosts", "test", "-o", "json", env=env)
    check(both.document, "hosts")
    assert both.code == 3
    assert [(item["name"], item["state"]) for item in both.document["items"]] == [
        ("attic", "unknown"),
        ("nas", "fresh"),
    ]
    assert dockmon("hosts", "test", "nas", env=env).code == 0
    assert dockmon("hosts", "test", "attic", env=env).code == 1


def test_contexts_of_docker_are_taken_over(engine: Engine, env: dict[str, str], tmp_path: Path) -> None:
    meta = tmp_path / ".docker/contexts/meta/nas/meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text(json.dumps({"Name": "My NAS", "Endpoints": {"docker": {"Host": engine.unix_url}}}))
    taken = dockmon("hosts", "import", "-o", "json", env=env)
    check(taken.document, "hosts")
    assert [item["name"] for item in taken.document["items"]] == ["my-nas"]
    assert dockmon("hosts", "list", "-o", "name", env=env).out == "my-nas\n"
