"""Images that were fetched ahead of an update go once a newer one is there, and never while a swap needs them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import EngineError
from dockmon_cli.core.retention import Limits
from dockmon_cli.core.selection import Selector, parse_selector
from dockmon_cli.ports.lock import container_lease
from dockmon_cli.services import update_prune, update_pull
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.update_gather import UpdateTools
from dockmon_cli.services.update_prune import Pruned
from dockmon_cli.services.update_pull import PullReport
from tests.adapters.store.samples import operation
from tests.fakes.lock import MemoryLeases
from tests.services.nights import Goes, Nights, results
from tests.services.test_update_look import REGISTRY

NAS = parse_selector(hosts=("nas",))


@dataclass
class Fetching(Nights):
    """`web` on nas is outdated; leases are those of all processes."""

    leases: MemoryLeases = field(default_factory=MemoryLeases)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.outdated("nas", "web")
        self.nas = self.hosts["nas"]

    @property
    def tools(self) -> UpdateTools:
        return replace(super().tools, leases=self.leases, limits=Limits(1, 0.0))

    def pull(self, selector: Selector = NAS) -> PullReport:
        async def pulled() -> PullReport:
            return await update_pull.pull(self.tools, selector, Goes(), Stop())

        return asyncio.run(pulled())

    def prune(self, *, tries: bool = True) -> list[tuple[str | None, str]]:
        """What came of each image, and why."""
        agree = (lambda _going: True) if tries else None
        report = asyncio.run(update_prune.prune(self.tools, Selector(hosts=("nas",)), agree))
        return [(_word(item), item.judged.reason) for item in report.items]

    def ours(self) -> dict[str, str]:
        """The names of images that were fetched ahead, and the beginning of what each leads to."""
        return {name: self.nas.references[name] for name in self.nas.references if name.startswith("dockmon-new/")}

    def lead_to(self) -> set[str]:
        """The digests of the images that are kept for updates."""
        return set(self.ours().values())

    def under_way(self) -> None:
        """Let a swap to what is there now be open, of a process that died."""
        ((name, _image),) = self.ours().items()
        plan: Document = {"members": [{"identity": "web", "name": "web", "keep_new": name}]}
        self.store.journal.open_operation(operation("open", host_id="id-nas", plan=plan, phase="forward"))


def _word(item: Pruned) -> str | None:
    return item.result or ("would_go" if item.judged.goes else "would_stay")


@pytest.fixture
def fetching() -> Fetching:
    return Fetching()


def test_what_was_fetched_before_goes_when_something_newer_was_fetched(fetching: Fetching) -> None:
    fetching.pull()
    newest = [fetching.release("web", seed) for seed in ("third", "fourth")][-1]
    report = fetching.pull()
    assert ([entry.result for entry in report.items], fetching.lead_to()) == (["pulled"], {newest})
    assert [freed.images for freed in report.freed] == [1]
    assert [call[0] for call in fetching.nas.calls if call[0] == "remove"] == []
    assert fetching.nas.images.keys() >= {newest}


def test_it_goes_by_names_of_ours_alone(fetching: Fetching) -> None:
    fetching.pull()
    ((first, image_id),) = fetching.ours().items()
    fetching.release("web", "third")
    fetching.nas.calls.clear()
    fetching.pull()
    last = f"{REGISTRY}/web:dockmon-prune-{image_id[7:19]}"
    changed = [call for call in fetching.nas.calls if call[0] in ("tag", "untag", "remove") and call[-1] != image_id]
    assert [call[0] for call in changed] == ["tag", "tag", "untag", "untag"]
    assert changed[1:] == [("tag", first, last), ("untag", first), ("untag", last)]


def test_what_waits_for_another_container_stays(fetching: Fetching) -> None:
    fetching.outdated("nas", "db")
    fetching.pull()
    before = fetching.lead_to()
    fetching.release("web", "third")
    fetching.pull(parse_selector(("nas/web",)))
    assert len(fetching.lead_to()) == 2
    assert len(fetching.lead_to() & before) == 1


@pytest.mark.parametrize("how", ["lease", "journal"])
def test_what_a_swap_under_way_needs_stays(fetching: Fetching, how: str) -> None:
    fetching.pull()
    first = fetching.lead_to()
    if how == "lease":
        fetching.leases.held.add(container_lease("id-nas", "web"))
    else:
        fetching.under_way()
    newest = fetching.release("web", "third")
    report = fetching.pull()
    assert fetching.lead_to() == {*first, newest}
    assert [freed.images for freed in report.freed] == [0]
    assert fetching.prune(tries=True).count(("kept", "unproven")) == 1
    assert fetching.lead_to() == {*first, newest}


def test_a_swap_of_a_container_that_is_gone_by_now_keeps_its_image_until_it_is_over(fetching: Fetching) -> None:
    fetching.pull()
    fetching.under_way()
    del fetching.nas.documents[fetching.nas.named("web")["Id"]]
    assert fetching.prune() == [("kept", "unproven")]
    fetching.store.journal.save_operation(replace(fetching.store.journal.rows["open"], phase="closed"))
    assert fetching.prune() == [("removed", "superseded")]
    assert fetching.ours() == {}


def test_prune_tells_what_is_waited_for_and_takes_what_is_not(fetching: Fetching) -> None:
    fetching.pull()
    assert fetching.prune() == [("kept", "fetched")]
    fetching.release("web", "third")
    fetching.see()
    assert fetching.prune(tries=False) == [("would_go", "superseded")]
    assert len(fetching.ours()) == 1
    assert fetching.prune() == [("removed", "superseded")]
    assert fetching.ours() == {}


def test_what_an_update_went_past_goes_with_its_clean_up(fetching: Fetching) -> None:
    fetching.pull()
    fetching.release("web", "third")
    report = fetching.run(parse_selector(("nas/web",)))
    assert results(report) == [("nas/web", "skipped", "not_automatic")]
    fetching.on()
    report = fetching.run()
    assert results(report) == [("nas/web", "updated", None)]
    assert [outcome.freed.images for outcome in report.outcomes] == [1]
    assert fetching.ours() == {}


def test_an_update_leaves_what_was_fetched_for_other_containers(fetching: Fetching) -> None:
    fetching.nas.add_container("twin", f"{REGISTRY}/web:1")
    fetching.pull()
    fetching.release("web", "third")
    fetching.on("nas/web")
    assert ("nas/web", "updated", None) in results(fetching.run())
    assert any(name.endswith(fetching.nas.named("twin")["Id"][:12]) for name in fetching.ours())


def test_a_failure_to_let_go_spoils_no_fetch(fetching: Fetching) -> None:
    fetching.pull()
    fetching.nas.fail_on("untag", EngineError("out of order"), times=None)
    fetching.release("web", "third")
    report = fetching.pull()
    assert ([entry.result for entry in report.items], report.problems) == (["pulled"], ())


def test_a_name_on_an_image_that_stays_goes_alone(fetching: Fetching) -> None:
    fetching.pull()
    (image_id,) = fetching.lead_to()
    fetching.nas.references["mine:1"] = image_id
    fetching.release("web", "third")
    fetching.see()
    assert fetching.prune() == [("kept", "tagged")]
    assert (fetching.ours(), fetching.nas.references["mine:1"]) == ({}, image_id)
    assert fetching.prune() == []
