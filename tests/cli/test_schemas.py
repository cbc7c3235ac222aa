"""Real output keeps to the schemas in docs/schemas."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from dockmon_cli.cli.boundary import Unexpected
from dockmon_cli.core.errors import DockmonError, HostError, RegistryError
from tests.cli.program import dockmon
from tests.cli.schemas import FOLDER, check, registry


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_every_schema_is_one_and_describes_the_whole_document(file: Path) -> None:
    schema = json.loads(file.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert not Draft202012Validator(schema, registry=registry()).is_valid({"items": []})


def test_version_keeps_to_its_schema(env: dict[str, str]) -> None:
    check(dockmon("version", "-o", "json", env=env).document, "version")


def test_config_keeps_to_its_schemas(env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "config/dockmon/dockmon.toml"
    written = dockmon("config", "init", "--config", str(file), "-o", "json", env=env)
    check(written.document, "config-init")
    file.write_text(
        "update.lookups = 3\nregistries.insecure = ['a:5000']\nhosts.a.url = 'tcp://x:1'\n", encoding="utf-8"
    )
    checked, shown = (dockmon("config", verb, "-o", "json", env=env).document for verb in ("check", "show"))
    check(checked, "config-check")
    check(shown, "config-show")
    assert checked["items"] == [{"file": str(file), "valid": True, "keys": 3}]
    assert len(shown["items"]) > 3


@pytest.mark.parametrize(
    ("words", "command"), [(("nope",), "envelope"), (("config", "check", "--config", "/none"), "config-check")]
)
def test_a_failure_keeps_to_the_schema_too(words: tuple[str, ...], command: str, env: dict[str, str]) -> None:
    check(dockmon(*words, "-o", "json", env=env).document, command)


def test_a_schema_refuses_what_it_does_not_know() -> None:
    document = {
        "schema": "dockmon/v1",
        "generated_at": "2026-11-02T03:04:05Z",
        "items": [{"name": "dockmon"}],
        "errors": [],
    }
    with pytest.raises(ValidationError):
        check(document, "version")


def test_every_code_of_an_error_of_ours_is_in_the_schema() -> None:
    def below(cls: type[DockmonError]) -> set[str]:
        return {cls.code}.union(*(below(child) for child in cls.__subclasses__()))

    schema = json.loads((FOLDER / "envelope.json").read_text(encoding="utf-8"))
    of_hosts = {"dns", "refused", "timeout", "unreachable", "not_an_engine", "broken_answer", "unsupported"}
    codes = below(DockmonError) | HostError.ACCESS | of_hosts | RegistryError.REASONS | {Unexpected.code}
    assert codes <= {*schema["$defs"]["code"]["enum"]}
