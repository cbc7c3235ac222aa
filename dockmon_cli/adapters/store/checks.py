"""Answers of update checks, and what dockmon itself has seen of images and exits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, update
from sqlmodel import col, select

from dockmon_cli.adapters.store.database import Database
from dockmon_cli.adapters.store.rows import decoded
from dockmon_cli.adapters.store.tables import ContainerRow, ContainerUpdateRow, DigestSeenRow, ImageDigestRow
from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.documents import encode


class SqlChecks:
    """Implements `ports.store.CheckStore`. What is stored already is not written again: a check looks often."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_answer(self, host_id: str, identity: str, answer: CheckAnswer) -> None:
        """Keep the newest answer; one whose state is unknown leaves the last good one beside it."""
        self.save_answers({(host_id, identity): answer})

    def save_answers(self, answers: Mapping[tuple[str, str], CheckAnswer]) -> None:
        """The same for many answers: all of them or none."""
        if not answers:
            return
        rows = {key: _answer_row(*key, answer) for key, answer in answers.items()}
        there = select(ContainerUpdateRow.host_id, ContainerUpdateRow.identity)
        of_these_hosts = col(ContainerUpdateRow.host_id).in_({host_id for host_id, _ in rows})
        with self._database.writing() as session:
            known = set(map(tuple, session.exec(there.where(of_these_hosts))))
            new = [{"good": None, **row} for key, row in rows.items() if key not in known]
            old = [row for key, row in rows.items() if key in known]
            told, untold = [row for row in old if "good" in row], [row for row in old if "good" not in row]
            # As statements for many rows: an object for each of them takes several times as long.
            for statement, values in ((insert, new), (update, told), (update, untold)):
                if values:
                    session.execute(statement(ContainerUpdateRow), values)

    def answers(self) -> Mapping[tuple[str, str], CheckAnswer]:
        """The last good answer of each (host_id, identity)."""
        with self._database.reading() as session:
            rows = session.exec(
                select(ContainerUpdateRow.host_id, ContainerUpdateRow.identity, ContainerUpdateRow.good)
            )
            return {(host_id, identity): decoded(CheckAnswer, good) for host_id, identity, good in rows if good}

    def first_seen(self, repository: str, digest: str, now: datetime) -> datetime:
        """When dockmon first saw this digest; `now` if it is new, which is then kept."""
        with self._database.reading() as session:
            known = session.get(DigestSeenRow, (repository, digest))
        if known is None:
            with self._database.writing() as session:
                known = session.get(DigestSeenRow, (repository, digest))
                if known is None:
                    known = DigestSeenRow(repository=repository, digest=digest, first_seen_at=now)
                    session.add(known)
                return known.first_seen_at
        return known.first_seen_at

    def remember_image(self, host_id: str, image_id: str, repository: str, digest: str) -> None:
        """Note that this image on this host came from `repository@digest`."""
        if digest not in self.remembered_digests(host_id, image_id).get(repository, set()):
            row = ImageDigestRow(host_id=host_id, image_id=image_id, repository=repository, digest=digest)
            with self._database.writing() as session:
                session.merge(row)

    def remembered_digests(self, host_id: str, image_id: str) -> dict[str, set[str]]:
        """The digests an image is known by, by repository, from what was noted before."""
        return self._remembered(host_id, col(ImageDigestRow.image_id) == image_id).get(image_id, {})

    def remembered_images(self, host_id: str) -> dict[str, dict[str, set[str]]]:
        """The same for all images of a host, by their ID."""
        return self._remembered(host_id)

    def _remembered(self, host_id: str, *which: ColumnElement[bool]) -> dict[str, dict[str, set[str]]]:
        known: dict[str, dict[str, set[str]]] = {}
        query = select(ImageDigestRow.image_id, ImageDigestRow.repository, ImageDigestRow.digest)
        with self._database.reading() as session:
            for image_id, repository, digest in session.exec(query.where(ImageDigestRow.host_id == host_id, *which)):
                known.setdefault(image_id, {}).setdefault(repository, set()).add(digest)
        return known

    def note_exit(self, host_id: str, identity: str, container_id: str, exit_code: int) -> None:
        """Note that a container was seen exited with this code."""
        with self._database.reading() as session:
            known = session.get(ContainerRow, (host_id, identity))
        if known is not None and (known.container_id, known.exit_code) == (container_id, exit_code):
            return
        with self._database.writing() as session:
            known = session.get(ContainerRow, (host_id, identity))
            ended_well = exit_code == 0 or (known is not None and known.ended_well)
            session.merge(
                ContainerRow(
                    host_id=host_id, identity=identity, container_id=container_id, exit_code=exit_code,
                    ended_well=ended_well,
                )
            )  # fmt: skip

    def ended_well(self, host_id: str, identity: str) -> bool:
        """True if a run of it that ended with 0 was ever noted."""
        with self._database.reading() as session:
            known = session.get(ContainerRow, (host_id, identity))
            return known is not None and known.ended_well


def _answer_row(host_id: str, identity: str, answer: CheckAnswer) -> dict[str, Any]:
    """The columns that an answer changes."""
    document = encode(answer)
    good = {"good": document} if answer.state != "unknown" else {}
    return {"host_id": host_id, "identity": identity, "last": document, **good}
