"""Holds documents against the schemas in docs/schemas."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

FOLDER = Path(__file__).resolve().parents[2] / "docs/schemas"


@cache
def registry() -> Registry[Any]:
    """Return all schemas, each by its file's name, so that they can refer to each other."""
    files = sorted(FOLDER.glob("*.json"))
    return Registry().with_resources(
        (file.name, Resource.from_contents(json.loads(file.read_text(encoding="utf-8")))) for file in files
    )


def check(document: Any, command: str) -> None:
    """Given a document and the name of a schema such as `config-show`, raise ValidationError if they do not agree."""
    schema = registry().contents(f"{command}.json")
    Draft202012Validator(schema, registry=registry()).validate(document)
