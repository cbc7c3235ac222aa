"""`tag add`, `remove` and `list`: the user's own tags, beside those that containers have by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from dockmon_cli.core.containers import Container
from dockmon_cli.core.errors import Declared, DockmonError, UsageError
from dockmon_cli.core.hosts import HOST_NAME, Host
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.tags import GivenTag, TagBook, TagSource, tag_book
from dockmon_cli.core.text import printable
from dockmon_cli.ports.clock import Clock
from dockmon_cli.ports.engine import Engines
from dockmon_cli.ports.store import TagStore
from dockmon_cli.services.chosen import require_words
from dockmon_cli.services.gone import place_of, target_of, unsettled
from dockmon_cli.services.listing import everywhere, listed


@dataclass(frozen=True, slots=True)
class TagDesk:
    """What the commands about tags work with; `declared` are the tags of the configuration's file."""

    engines: Engines
    hosts: tuple[Host, ...]
    store: TagStore
    declared: Mapping[str, tuple[str, ...]]
    config_file: str | None
    clock: Clock
    by: str
    timeout_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Tagged:
    """That a container has a tag, and from where; `container` is None where nobody lists it now.

    `given` is what a command stored, where one did.
    """

    tag: str
    target: str
    sources: tuple[TagSource, ...]
    container: Container | None = None
    given: GivenTag | None = None


@dataclass(frozen=True, slots=True)
class TagReport:
    """Containers with their tags, what could not be had, and lines for people; `hosts` is how many answered."""

    items: tuple[Tagged, ...]
    problems: tuple[DockmonError, ...] = ()
    notes: tuple[str, ...] = ()
    hosts: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """What the hosts listed, what was chosen of it, and the tags in force."""

    containers: tuple[Container, ...]
    chosen: tuple[Container, ...]
    problems: tuple[DockmonError, ...]
    hosts: int
    stored: tuple[GivenTag, ...]
    book: TagBook

    def tagged(self, container: Container, tag: str) -> Tagged:
        """Tell from where a container has a tag."""
        place = (container.host_id, container.identity, tag)
        given = next((row for row in self.stored if (row.host_id, row.identity, row.tag) == place), None)
        return Tagged(tag, container.target, self.book.sources(container).get(tag, ()), container, given)


async def add(desk: TagDesk, tag: str, selector: Selector) -> TagReport:
    """Give a tag to the containers chosen now, by their identity; of a selection, a note says that it was those.

    Raise UsageError or Declared.
    """
    _check(desk, tag, selector)
    found = await _find(desk, selector)
    now = desk.clock.now()
    desk.store.save_tags([GivenTag(each.host_id, each.identity, tag, desk.by, now) for each in found.chosen])
    found = _with_tags(desk, found)
    items = tuple(found.tagged(each, tag) for each in found.chosen)
    notes = tuple(_also(item) for item in items if item.sources != ("user",))
    return TagReport(items, found.problems, (*notes, *_of_today(selector, len(items))))


async def remove(desk: TagDesk, tag: str, selector: Selector) -> TagReport:
    """Take a tag from the containers chosen; one that a container has by itself stays, which a note tells.

    A container that nobody lists now can still be named, as `tag list` shows it. Raise UsageError or Declared.
    """
    _check(desk, tag, selector)
    found = await _find(desk, selector)
    places = {target: place_of(target, desk.hosts) for target in selector.targets}
    named = {(each.host_id, each.identity) for each in found.chosen} | set(places.values())
    taken = [given for given in found.stored if given.tag == tag and (given.host_id, given.identity) in named]
    settled = {target: place in {(row.host_id, row.identity) for row in taken} for target, place in places.items()}
    desk.store.forget_tags(taken)
    after = _with_tags(desk, found)
    left = [item for each in after.chosen if (item := after.tagged(each, tag)).sources]
    notes = tuple(_also(item) for item in left)
    items = tuple(_row(desk, given, found.containers) for given in taken)
    return TagReport(items, unsettled(found.problems, settled), notes)


async def list_tags(desk: TagDesk, selector: Selector) -> TagReport:
    """Every tag of every container chosen (with `--tag` these tags), and what is stored for containers not listed."""
    found = await _find(desk, selector)
    items = [found.tagged(each, tag) for each in found.chosen for tag in found.book.sources(each)]
    if not selector.targets and not selector.hosts and not selector.filters:
        present = {(each.host_id, each.identity) for each in found.containers}
        items += [_row(desk, row, ()) for row in found.stored if (row.host_id, row.identity) not in present]
    wanted = [item for item in items if not selector.tags or item.tag in selector.tags]
    by_tag = tuple(sorted(wanted, key=lambda item: (item.tag, item.target)))
    return TagReport(by_tag, found.problems, (), len(found.chosen) if selector.targets else found.hosts)


def _of_today(selector: Selector, count: int) -> tuple[str, ...]:
    """A tag is a set of containers: what a selection covers later does not get it."""
    if selector.targets or not count:
        return ()
    return (f"{count} container{'' if count == 1 else 's'}, those of today: one that comes later has to be tagged too",)


def _check(desk: TagDesk, tag: str, selector: Selector) -> None:
    if not HOST_NAME.match(tag):
        raise UsageError(
            f"{printable(tag)!r} is no name for a tag",
            "use lower case letters, digits, '.', '_' and '-', and begin with a letter or digit",
        )
    require_words(selector)
    if tag in desk.declared:
        raise Declared([f"{desk.config_file} declares who has the tag {tag}"], "change it in that file")


async def _find(desk: TagDesk, selector: Selector) -> _Found:
    stored = tuple(desk.store.tags())
    book = tag_book(stored, desk.declared)
    question = partial(listed, tags=book, all=True)
    there = await everywhere(desk.engines, desk.hosts, selector, question, timeout_s=desk.timeout_s)
    selection = there.select()
    problems = (*there.unknown, *selection.problems, *there.failures)
    return _Found(there.containers, selection.chosen, problems, there.answered, stored, book)


def _with_tags(desk: TagDesk, found: _Found) -> _Found:
    """The same containers with the tags as they are stored now."""
    stored = tuple(desk.store.tags())
    book = tag_book(stored, desk.declared)
    return _Found(found.containers, found.chosen, found.problems, found.hosts, stored, book)


def _row(desk: TagDesk, given: GivenTag, containers: Sequence[Container]) -> Tagged:
    """What is stored, as it is shown."""
    place = (given.host_id, given.identity)
    container = next((each for each in containers if (each.host_id, each.identity) == place), None)
    target = container.target if container else target_of(place, desk.hosts)
    return Tagged(given.tag, target, ("user",), container, given)


def _also(item: Tagged) -> str:
    others = " and ".join(source for source in item.sources if source != "user")
    return f"{item.target} has the tag {item.tag} by itself: {others}"
