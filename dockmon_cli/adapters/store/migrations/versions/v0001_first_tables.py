"""The first tables: hosts, answers of update checks, the journal, what was seen of images and registries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _hosts_and_containers()
    _journal()
    _images_and_registries()


def _hosts_and_containers() -> None:
    op.create_table(
        "hosts",
        sa.Column("host_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("tls", sa.JSON(), nullable=True),
        sa.Column("ssh_key", sa.String(), nullable=True),
        sa.Column("ssh_host_key", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("host_id", name="pk_hosts"),
        sa.UniqueConstraint("name", name="uq_hosts_name"),
    )
    op.create_table(
        "containers",
        sa.Column("host_id", sa.String(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("container_id", sa.String(), nullable=False),
        sa.Column("exit_code", sa.Integer(), nullable=False),
        sa.Column("ended_well", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("host_id", "identity", name="pk_containers"),
    )
    op.create_table(
        "container_updates",
        sa.Column("host_id", sa.String(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("last", sa.JSON(), nullable=False),
        sa.Column("good", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("host_id", "identity", name="pk_container_updates"),
    )


def _journal() -> None:
    op.create_table(
        "update_operations",
        sa.Column("op", sa.String(), nullable=False),
        sa.Column("host_id", sa.String(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("op", name="pk_update_operations"),
    )
    op.create_index("ix_update_operations_host_id_identity", "update_operations", ["host_id", "identity"])
    op.create_index("ix_update_operations_opened_at", "update_operations", ["opened_at"])
    op.create_index("ix_update_operations_phase", "update_operations", ["phase"])


def _images_and_registries() -> None:
    op.create_table(
        "image_digests",
        sa.Column("host_id", sa.String(), nullable=False),
        sa.Column("image_id", sa.String(), nullable=False),
        sa.Column("repository", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("host_id", "image_id", "repository", "digest", name="pk_image_digests"),
    )
    op.create_table(
        "digests_seen",
        sa.Column("repository", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("repository", "digest", name="pk_digests_seen"),
    )
    op.create_table(
        "registry_manifests",
        sa.Column("repository", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("repository", "digest", name="pk_registry_manifests"),
    )
    op.create_table(
        "registry_cooldowns",
        sa.Column("registry", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("registry", name="pk_registry_cooldowns"),
    )
