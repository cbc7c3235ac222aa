"""Stored selections name hosts by their names: they follow a host's new name, and go with it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session, col, select

from dockmon_cli.adapters.store.tables import HoldRow, RuleRow
from dockmon_cli.core.container_settings import after_rename, read_back, without_host, written
from dockmon_cli.core.selection import Selector


def rename_host(session: Session, old: str, new: str) -> None:
    """Let every stored selection of the host `old` be one of `new`."""
    for row in _standing(session):
        _replace(session, row, after_rename(read_back(row.selector), old, new))


def forget_host(session: Session, name: str) -> None:
    """Forget what stands for this host alone, and take it out of selections that name others too."""
    for row in _standing(session):
        left = without_host(read_back(row.selector), name)
        if left is None:
            session.delete(row)
        else:
            _replace(session, row, left)


def count_of_host(session: Session, name: str) -> int:
    """How many selections stand for this host alone."""
    return sum(without_host(read_back(row.selector), name) is None for row in _standing(session))


def _standing(session: Session) -> Iterator[RuleRow | HoldRow]:
    yield from session.exec(select(RuleRow).where(col(RuleRow.selector) != "")).all()
    yield from session.exec(select(HoldRow).where(col(HoldRow.selector) != "")).all()


def _replace(session: Session, row: RuleRow | HoldRow, selector: Selector) -> None:
    text = written(selector)
    if text == row.selector:
        return
    if isinstance(row, RuleRow):
        twin = session.get(RuleRow, (row.host_id, row.identity, text, row.setting))
        if twin is not None:
            session.delete(twin)
            session.flush()
    row.selector = text
    session.add(row)
