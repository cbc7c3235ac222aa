"""Which update is next."""

from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.update_plan.queue import Queue, Unit


def unit(key: str, image: str = "", *after: str, runs: bool = True) -> Unit:
    images = frozenset({image or key})
    return Unit(key, images, images if runs else frozenset(), frozenset(after))


def test_what_something_depends_on_is_over_before_it_begins_however_it_ended() -> None:
    queue = Queue([unit("web", "", "api"), unit("api", "", "db"), unit("db")])
    assert (queue.take(), queue.take()) == ("db", None)
    queue.over("db", proven=False, disproven=True)
    assert (queue.take(), queue.take()) == ("api", None)
    queue.over("api", proven=True, disproven=False)
    assert queue.take() == "web"
    assert not queue.is_waiting


def test_others_of_an_image_wait_for_its_canary_and_stopped_ones_for_all_that_run() -> None:
    queue = Queue([unit("idle", "i", runs=False), unit("a", "i"), unit("b", "i"), unit("other")])
    assert (queue.take(), queue.take(), queue.take()) == ("a", "other", None)
    queue.over("a", proven=True, disproven=False)
    assert (queue.take(), queue.take()) == ("idle", "b")


def test_an_image_that_failed_is_remembered_with_the_operation_in_which_it_did() -> None:
    queue = Queue([unit("a", "i"), unit("b", "i")])
    assert queue.take() == "a"
    queue.over("a", proven=False, disproven=True)
    assert queue.take() == "b"
    assert queue.disproven_by("b") == "a"


def test_an_image_that_is_proven_is_not_disproven_by_a_later_failure() -> None:
    queue = Queue([unit("a", "i"), unit("b", "i"), unit("c", "i")])
    for key, proven in (("a", True), ("b", False)):
        assert queue.take() == key
        queue.over(key, proven=proven, disproven=not proven)
    assert queue.disproven_by("c") is None


def test_a_group_of_two_images_is_the_canary_of_both() -> None:
    both = Unit("group", frozenset({"i", "j"}), frozenset({"i", "j"}))
    queue = Queue([both, unit("a", "i"), unit("b", "j")])
    assert (queue.take(), queue.take()) == ("group", None)


def test_groups_that_wait_for_each_other_go_one_after_the_other() -> None:
    queue = Queue([unit("a", "", "b"), unit("b", "", "a")])
    assert (queue.take(), queue.take()) == ("a", None)
    queue.over("a", proven=True, disproven=False)
    assert queue.take() == "b"


UNITS = st.lists(
    st.tuples(st.sampled_from("ij"), st.booleans(), st.sets(st.integers(0, 5), max_size=3)), min_size=1, max_size=6
)


@given(UNITS, st.integers(1, 3), st.lists(st.sampled_from(["proven", "disproven", "neither"]), min_size=6, max_size=6))
def test_all_have_their_turn_once_and_one_image_runs_unproven_in_one_place(
    drawn: list[tuple[str, bool, set[int]]], at_once: int, ends: list[str]
) -> None:
    units = [
        unit(str(place), image, *(str(other) for other in after if other < len(drawn) and other != place), runs=runs)
        for place, (image, runs, after) in enumerate(drawn)
    ]
    queue, running, begun, proven = Queue(units), list[str](), list[str](), set[str]()
    by_key = {each.key: each for each in units}
    while queue.is_waiting or running:
        while len(running) < at_once and (key := queue.take()):
            running.append(key)
            begun.append(key)
            open_images = [i for k in running for i in by_key[k].images - proven if not queue.disproven_by(k)]
            assert len(open_images) == len(set(open_images))
        assert running
        key = running.pop(0)
        end = ends[int(key)] if not queue.disproven_by(key) else "neither"
        if end == "proven":
            proven |= by_key[key].proves
        queue.over(key, proven=end == "proven", disproven=end == "disproven")
    assert sorted(begun) == sorted(by_key)
