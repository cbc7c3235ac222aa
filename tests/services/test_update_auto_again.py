"""Updates that nobody asked for: an image that failed, or that its user went back from, is not tried again."""

from __future__ import annotations

import pytest

from dockmon_cli.core.errors import Conflict, EngineError
from dockmon_cli.services.update import JUST_ASKED, Asked
from dockmon_cli.services.update_rollback import looks_back
from tests.services.nights import Nights, one_outdated, results
from tests.services.test_update_auto import HOLD, NAMED, SELECTED


@pytest.fixture
def nights() -> Nights:
    """One outdated container, on automatic."""
    return one_outdated("nas/web")


def test_an_image_that_was_rolled_back_is_not_tried_again_until_it_changes(nights: Nights) -> None:
    nights.breaks("web")
    assert results(nights.run(NAMED, JUST_ASKED)) == [("nas/web", "rolled_back", "exited")]
    assert results(nights.run()) == [("nas/web", "skipped", "rolled_back_before")]
    assert results(nights.run(SELECTED, JUST_ASKED)) == [("nas/web", "skipped", "rolled_back_before")]
    nights.release("web", "mended")
    nights.hosts["nas"].on_start = lambda document: None
    assert results(nights.run()) == [("nas/web", "updated", None)]


def test_a_target_tries_a_rolled_back_image_again_and_when_it_proves_itself_the_past_is_forgotten(
    nights: Nights,
) -> None:
    nights.breaks("web")
    nights.run()
    assert [refused.kind for refused in nights.store.refusals.refusals()] == ["rolled_back"]
    nights.hosts["nas"].on_start = lambda document: None
    assert results(nights.run(NAMED, JUST_ASKED)) == [("nas/web", "updated", None)]
    assert nights.store.refusals.refusals() == []


def test_what_took_a_container_down_in_vain_does_not_do_so_every_night(nights: Nights) -> None:
    nights.hosts["nas"].fail_on("create", EngineError("no such device", status=500), argument="web")
    assert results(nights.run()) == [("nas/web", "failed", "create_failed")]
    assert results(nights.run()) == [("nas/web", "skipped", "rolled_back_before")]
    assert results(nights.run(NAMED, JUST_ASKED)) == [("nas/web", "updated", None)]


def test_a_failed_pull_says_nothing_against_the_image(nights: Nights) -> None:
    nights.hosts["nas"].pullable.clear()
    assert results(nights.run()) == [("nas/web", "failed", "not_found")]
    assert nights.store.refusals.refusals() == []


def test_a_full_disk_and_what_others_had_just_then_say_nothing_against_an_image(nights: Nights) -> None:
    nas = nights.hosts["nas"]
    for error in (EngineError("no space left on device", status=500), Conflict("the name is in use", status=409)):
        nas.fail_on("create", error, argument="web")
        assert [result for _, result, _ in results(nights.run())] == ["failed"]
    assert results(nights.run()) == [("nas/web", "updated", None)]


def test_what_was_left_by_a_rollback_does_not_come_back_by_itself(nights: Nights) -> None:
    nights.run()
    nights.store.holds.save_hold(HOLD)  # going back waits for nothing
    assert results(nights.run(NAMED, Asked(look=looks_back(None)))) == [("nas/web", "updated", "rollback")]
    nights.store.holds.forget_holds([HOLD.id])
    assert results(nights.run()) == [("nas/web", "skipped", "rolled_back_before")]
    nights.release("web", "another one")
    assert results(nights.run()) == [("nas/web", "updated", None)]
