"""The tables, their migrations and the queries without ORM say the same."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from dockmon_cli.adapters.store import quick, sqlite
from dockmon_cli.adapters.store.hosts import GOES_WITH_THAT, HANGS_OFF_A_HOST
from dockmon_cli.adapters.store.migrate import SCRIPTS, migrate
from dockmon_cli.adapters.store.store import Store
from dockmon_cli.adapters.store.tables import HostRow, Row
from dockmon_cli.adapters.store.version import HEAD
from dockmon_cli.core.errors import StoreError
from tests.adapters.store.samples import EDGE, NAS, OUTDATED, UNKNOWN, UP_TO_DATE


def _schema(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: re.sub(r"[\s\"]+", " ", sql) for name, sql in rows if name != "alembic_version"}


def test_the_migrations_make_the_tables_that_the_classes_describe(path: Path, tmp_path: Path) -> None:
    described = tmp_path / "described.db"
    engine = create_engine(f"sqlite:///{described}")
    Row.metadata.create_all(engine)
    engine.dispose()
    assert _schema(path) == _schema(described)


def test_migrating_warns_of_nothing_and_may_be_done_again(tmp_path: Path) -> None:
    path = tmp_path / "dockmon.db"
    path.touch()
    for _ in range(2):
        migrate(path)  # in this process, where a warning is an error
        assert sqlite.read_version(path) == HEAD


def test_the_version_known_without_alembic_is_the_newest_migration() -> None:
    scripts = ScriptDirectory.from_config(_config())
    assert scripts.get_heads() == [f"{HEAD:04}"]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config


OUTLIVES_ITS_HOST = {"event_logs"}
"""What was done stays on record."""


def test_every_table_that_names_a_host_is_cleared_with_it() -> None:
    naming = {table.name for table in Row.metadata.tables.values() if "host_id" in table.columns}
    tables = (*HANGS_OFF_A_HOST.values(), *GOES_WITH_THAT)
    cleared = {Row.metadata.tables[str(table.__tablename__)].name for table in tables}
    assert naming - {str(HostRow.__tablename__)} - OUTLIVES_ITS_HOST == cleared


def test_reading_without_the_orm_gives_what_the_ports_give(real: Store, path: Path) -> None:
    real.hosts.add_host(NAS)
    real.hosts.add_host(EDGE)
    real.checks.save_answer(NAS.host_id, "web", OUTDATED)
    real.checks.save_answer(NAS.host_id, "web", UNKNOWN)
    real.checks.save_answer(EDGE.host_id, "db", UP_TO_DATE)
    real.checks.save_answer(EDGE.host_id, "never", UNKNOWN)
    rows = quick.read(path)
    assert list(rows.hosts) == real.hosts.hosts() == [EDGE, NAS]
    assert rows.answers == real.checks.answers()
    assert rows.answers[NAS.host_id, "web"] == OUTDATED


@pytest.mark.parametrize(
    "column",
    ["hosts.host_id", "hosts.name", "hosts.url", "hosts.tls", "hosts.ssh_key", "hosts.ssh_host_key",
     "container_updates.host_id", "container_updates.identity", "container_updates.good",
     "container_tags.host_id", "container_tags.identity", "container_tags.tag", "container_tags.by",
     "container_tags.at"],
)  # fmt: skip
def test_reading_without_the_orm_notices_a_renamed_column(path: Path, column: str) -> None:
    table, _, name = column.partition(".")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"ALTER TABLE {table} RENAME COLUMN {name} TO was_{name}")
        connection.commit()
    with pytest.raises(StoreError) as caught:
        quick.read(path)
    assert "tables" in caught.value.message


def _modules_after(code: str, path: Path) -> set[str]:
    code = f"import sys; from pathlib import Path; path = Path({str(path)!r}); {code}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_reading_for_ps_loads_no_orm(path: Path) -> None:
    loaded = _modules_after("from dockmon_cli.adapters.store import quick, sqlite; quick.read(path)", path)
    assert "sqlite3" in loaded
    assert loaded.isdisjoint({"sqlmodel", "sqlalchemy", "alembic", "pydantic", "asyncio", "subprocess"})


def test_a_store_that_is_up_to_date_is_used_without_loading_alembic(path: Path) -> None:
    code = "from dockmon_cli.adapters.store.store import Store; s = Store(path); s.hosts.remove_host('x'); s.close()"
    loaded = _modules_after(code, path)
    assert "sqlmodel" in loaded
    assert "alembic" not in loaded
