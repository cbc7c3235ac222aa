"""The lines below a table of results."""

from __future__ import annotations

from dataclasses import replace

from dockmon_cli.cli.update.endings import freed_by, freed_note
from dockmon_cli.services.image_space import Freed
from dockmon_cli.services.update_batch import Outcome
from tests.adapters.store.samples import operation
from tests.core.test_update_plan import decide


def test_what_was_freed_is_told_once_for_each_operation_however_many_containers_it_had() -> None:
    vpn = Outcome(decide(), "updated", operation=operation("a"), freed=Freed(2, 123_000_000))
    torrent = replace(vpn, item=decide())
    web = Outcome(decide(), "updated", operation=operation("b"), freed=Freed(1, 1_000_000))
    skipped = Outcome(decide(), "skipped")
    assert freed_by([vpn, torrent, web, skipped]) == ("old images removed: 3, 124.0MB freed",)


def test_where_an_engine_does_not_tell_the_room_the_number_alone_is_said_and_nothing_where_nothing_went() -> None:
    assert freed_note([Freed(2)], "images removed") == ("images removed: 2",)
    assert freed_note([Freed(2, 5_000_000), Freed(0, 7_000_000)], "images removed") == (
        "images removed: 2, 5.0MB freed",
    )
    assert freed_note([Freed(), Freed(0, 0)], "images removed") == ()
