"""Which containers each operation is about, those that only follow others too."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table, and fill it from the operations that are there."""
    op.create_table(
        "operation_members",
        sa.Column("op", sa.String(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("host_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("op", "identity", name="pk_operation_members"),
    )
    op.create_index("ix_operation_members_host_id_identity", "operation_members", ["host_id", "identity"])
    _fill()


def _fill() -> None:
    connection = op.get_bind()
    found = connection.execute(sa.text("SELECT op, host_id, identity, name, document FROM update_operations"))
    rows = [row for operation in found for row in _members(*operation)]
    if rows:
        insert = "INSERT INTO operation_members (op, host_id, identity, name) VALUES (:op, :host_id, :identity, :name)"
        connection.execute(sa.text(insert), rows)


def _members(op_name: str, host_id: str, identity: str, name: str, document: str) -> list[dict[str, str]]:
    """The operation's own container and those of its plan; what can't be read has its own alone."""
    names = {identity: name, **_in_plan(document)}
    return [{"op": op_name, "host_id": host_id, "identity": each, "name": called} for each, called in names.items()]


def _in_plan(document: str) -> dict[str, str]:
    try:
        members: Any = json.loads(document)["plan"]["members"]
        return {str(member["identity"]): str(member["name"]) for member in members}
    except (ValueError, KeyError, TypeError):
        return {}
