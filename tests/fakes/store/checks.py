"""The answers of checks in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from dockmon_cli.core.check_answer import CheckAnswer
from tests.fakes.store.rows import Key, as_stored


class MemoryChecks:
    """Implements `ports.store.CheckStore`."""

    def __init__(self) -> None:
        self.last: dict[Key, CheckAnswer] = {}
        self.good: dict[Key, CheckAnswer] = {}
        self.seen: dict[Key, datetime] = {}
        self.images: defaultdict[Key, dict[str, set[str]]] = defaultdict(dict)
        self.exits: defaultdict[Key, list[int]] = defaultdict(list)

    def save_answer(self, host_id: str, identity: str, answer: CheckAnswer) -> None:
        self.last[host_id, identity] = as_stored(answer)
        if answer.state != "unknown":
            self.good[host_id, identity] = self.last[host_id, identity]

    def save_answers(self, answers: Mapping[Key, CheckAnswer]) -> None:
        for (host_id, identity), answer in answers.items():
            self.save_answer(host_id, identity, answer)

    def answers(self) -> Mapping[Key, CheckAnswer]:
        return dict(self.good)

    def first_seen(self, repository: str, digest: str, now: datetime) -> datetime:
        return self.seen.setdefault((repository, digest), now)

    def remember_image(self, host_id: str, image_id: str, repository: str, digest: str) -> None:
        self.images[host_id, image_id].setdefault(repository, set()).add(digest)

    def remembered_digests(self, host_id: str, image_id: str) -> dict[str, set[str]]:
        return {repository: set(digests) for repository, digests in self.images.get((host_id, image_id), {}).items()}

    def remembered_images(self, host_id: str) -> dict[str, dict[str, set[str]]]:
        return {image: self.remembered_digests(host_id, image) for host, image in self.images if host == host_id}

    def note_exit(self, host_id: str, identity: str, container_id: str, exit_code: int) -> None:
        self.exits[host_id, identity].append(exit_code)

    def ended_well(self, host_id: str, identity: str) -> bool:
        return 0 in self.exits.get((host_id, identity), [])
