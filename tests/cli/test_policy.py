"""`dockmon policy explain`, as its users meet it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.cli.program import Outcome, dockmon, process
from tests.cli.schemas import check
from tests.lab import Engine, Registry

ATTIC = '[hosts.attic]\nurl = "unix:///nowhere/docker.sock"\n'

Explain = Callable[..., Outcome]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the configuration is."""
    return tmp_path / "dockmon.toml"


@pytest.fixture
def explain(env: dict[str, str], file: Path) -> Explain:
    """Runs `policy explain` with the configuration given as `config`."""

    def run(*words: str, config: str = ATTIC, **extra: str) -> Outcome:
        file.write_text(config)
        return dockmon("policy", "explain", "--config", str(file), *words, env={**env, **extra})

    return run


def on(engine: Engine, rules: str = "") -> str:
    """A configuration with the engine as `nas`; the rules begin at its third line."""
    return f'[hosts.nas]\nurl = "{engine.unix_url}"\n{rules}'


@pytest.fixture
def image(engine: Engine, registry: Registry) -> str:
    """A container called db runs an image called team/postgres; this is the image's repository."""
    reference = registry.push("team/postgres", "16").ref
    engine.docker("run", "-d", "--name", "db", reference)
    return reference.rpartition(":")[0]


def test_every_level_is_shown_and_the_one_that_wins_is_marked(
    explain: Explain, engine: Engine, image: str, file: Path
) -> None:
    shown = explain("nas/db", config=on(engine, '[containers.data]\ntarget = ["nas/db"]\npolicy = "block"\n'))
    wide = len(f"{file}:5")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines() == [
        "nas/db  BLOCK",
        f"  1 label      -       {'':<{wide}}  no label dockmon.update.policy",
        f"▶ 2 container  block   {file}:5  wins: rule data by target",
        f"  3 pattern    warn    {'postgres (databases)':<{wide}}  loses to 2: matched postgres in {image}",
        f"  4 default    allow   {'':<{wide}}  loses to 2",
    ]


def test_a_terminal_without_the_triangle_gets_an_arrow(
    env: dict[str, str], file: Path, engine: Engine, image: str
) -> None:
    file.write_text(on(engine))
    plain = {**env, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    shown = process("policy", "explain", "--config", str(file), "nas/db", env=plain)
    assert "\n> 3 pattern    warn" in shown.out


def test_the_document_keeps_to_its_schema_and_every_format_has_the_same_items(
    explain: Explain, engine: Engine, image: str
) -> None:
    shown = explain("nas/db", "nas/no", "-o", "json", config=on(engine))
    check(shown.document, "policy-explain")
    (item,) = shown.document["items"]
    assert (shown.code, item["verdict"]) == (3, "warn")
    assert [error["code"] for error in shown.document["errors"]] == ["not_found"]
    assert yaml.safe_load(explain("nas/db", "-o", "yaml", config=on(engine)).out)["items"] == [item]
    assert json.loads(explain("nas/db", "-o", "jsonl", config=on(engine)).out) == item
    assert explain("-o", "name", config=on(engine)).out == "nas/db\n"


def test_a_label_beats_a_rule_also_on_a_container_that_never_ran(
    explain: Explain, engine: Engine, registry: Registry
) -> None:
    engine.docker(
        "create", "--name", "web", "--label", "com.dockmon.update.policy=allow", registry.push("web", "1").ref
    )
    shown = explain("web", "-o", "json", config=on(engine, '[containers.all]\nhost = ["nas"]\npolicy = "ignore"\n'))
    (item,) = shown.document["items"]
    assert (shown.code, item["verdict"]) == (0, "allow")
    assert item["levels"][0]["source"] == "com.dockmon.update.policy"


def test_a_database_whose_tag_has_moved_is_still_protected(
    explain: Explain, engine: Engine, registry: Registry, image: str
) -> None:
    engine.docker("pull", registry.push("team/postgres", "16", seed="newer").ref)
    assert explain("nas/db", config=on(engine)).out.startswith("nas/db  WARN\n")


def test_a_host_that_fails_leaves_the_others_answers(explain: Explain, engine: Engine, image: str) -> None:
    shown = explain(config=ATTIC + on(engine))
    assert (shown.code, shown.out.splitlines()[0]) == (3, "nas/db  WARN")
    assert "attic: " in shown.err


def test_an_unknown_container_is_named_with_the_nearest_one(explain: Explain, engine: Engine, image: str) -> None:
    shown = explain("nas/dbb", config=on(engine))
    assert (shown.code, shown.out) == (5, "")
    assert "did you mean nas/db?" in shown.err


def test_an_empty_selection_is_no_failure_and_says_so(explain: Explain, engine: Engine, image: str) -> None:
    shown = explain("--tag", "media", config=on(engine))
    assert (shown.code, shown.err) == (0, "no container matches\n")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((), 1, "attic: "),
        (("attic/db",), 1, "attic: "),
        (("attik/db",), 5, "did you mean attic?"),
        (("--host", "attik"), 5, "did you mean attic?"),
        (("--filter", "nme=db"), 2, "did you mean name?"),
        (("",), 2, "TARGET is empty"),
        (("--no-such",), 2, "has no option --no-such"),
    ],
)
def test_what_cannot_be_answered_has_its_exit_code_and_a_next_step(
    explain: Explain, words: tuple[str, ...], code: int, told: str
) -> None:
    shown = explain(*words)
    assert (shown.code, shown.out) == (code, "")
    assert told in shown.err


def test_a_verdict_that_is_none_in_the_configuration_is_told_with_its_line(explain: Explain, file: Path) -> None:
    shown = explain(config='[containers.data]\ntarget = ["nas/db"]\npolicy = "blok"\n')
    assert shown.code == 7
    assert f"{file}:3: containers.data.policy must be one of allow, warn, block, ignore" in shown.err
    assert "did you mean block?" in shown.err
