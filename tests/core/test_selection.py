"""TARGETs and selections."""

from datetime import UTC, datetime

import pytest

from dockmon_cli.core.containers import Container
from dockmon_cli.core.errors import Ambiguous, DockmonError, NotFound, UsageError
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.selection import Selection, Selector, hosts_to_ask, parse_selector, select
from dockmon_cli.core.tags import tags_of

NAS = Host("11111111-0000-0000-0000-000000000000", "nas", "unix:///nas.sock")
EDGE = Host("22222222-0000-0000-0000-000000000000", "edge", "tcp://edge:2376")
HOSTS = (NAS, EDGE)


def container(host: Host, name: str, full_id: str, **fields: object) -> Container:
    plain: dict[str, object] = {
        "image": "registry.lan:5000/web:1", "image_id": "sha256:aa", "status": "running",
        "created_at": datetime(2026, 11, 1, tzinfo=UTC),
    }  # fmt: skip
    return Container(host.host_id, host.name, full_id.ljust(64, "0"), name, **{**plain, **fields})  # type: ignore[arg-type]


WEB = container(NAS, "web", "abc1", labels={"com.docker.compose.project": "shop", "com.docker.compose.service": "web"})
DB = container(NAS, "db", "abc2", image="postgres:16", health="healthy", labels={"dockmon.tags": "media, backup"})
OLD = container(NAS, "cron", "def3", status="exited")
WEB_AT_EDGE = container(EDGE, "web", "bcd4", labels={"com.docker.swarm.service.name": "front"})
TEMPORARY = container(NAS, "db.dockmon-old", "eee5")
LISTED = (WEB, DB, OLD, WEB_AT_EDGE, TEMPORARY)


def chosen(*targets: str, **selection: tuple[str, ...]) -> Selection:
    return select(LISTED, parse_selector(targets, **selection), HOSTS)


def problem(*targets: str) -> DockmonError:
    found = chosen(*targets)
    assert not found.chosen
    return found.problems[0]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("nas/web", WEB),
        ("db", DB),
        ("nas:abc100000000", WEB),
        (f"{EDGE.host_id}:bcd400000000", WEB_AT_EDGE),
        ("edge:bcd4", WEB_AT_EDGE),
        ("def", OLD),
    ],
)
def test_every_form_of_target_finds_its_container(target: str, expected: Container) -> None:
    found = chosen(target)
    assert found == Selection((expected,), frozenset({expected.key}))


def test_nothing_typed_chooses_everything_but_temporary_containers() -> None:
    assert chosen().chosen == (WEB, DB, OLD, WEB_AT_EDGE)


def test_a_temporary_container_is_not_found_by_any_form() -> None:
    assert {type(problem(target)) for target in ("nas/db.dockmon-old", "db.dockmon-old", "eee5", "nas:eee5")} == {
        NotFound
    }


def test_a_name_on_two_hosts_is_ambiguous_and_lists_what_to_paste() -> None:
    error = problem("web")
    assert isinstance(error, Ambiguous)
    assert "edge/web, nas/web" in error.message


def test_a_short_id_that_two_share_is_ambiguous_and_lists_ids() -> None:
    error = problem("abc")
    assert isinstance(error, Ambiguous)
    assert "nas:abc100000000 (web)" in error.message
    assert "nas:abc200000000 (db)" in error.message


def test_a_name_is_preferred_to_an_id() -> None:
    cafe = container(NAS, "cafe", "1234")
    other = container(NAS, "x", "cafe")
    assert select((cafe, other), Selector(targets=("cafe",)), HOSTS).chosen == (cafe,)


def test_an_unknown_host_names_the_nearest_or_all() -> None:
    assert problem("nsa/web").hint == "did you mean nas?"
    assert problem("zzz/web").hint == "hosts: edge, nas"


def test_an_unknown_name_names_the_nearest() -> None:
    error = problem("nas/wbe")
    assert isinstance(error, NotFound)
    assert (error.target, error.hint) == ("nas/wbe", "did you mean nas/web?")


def test_what_is_on_a_silent_host_is_neither_found_nor_missing() -> None:
    found = select((WEB_AT_EDGE,), Selector(targets=("nas/web",)), HOSTS, silent={"nas"})
    assert (found.chosen, found.problems) == ((), ())


def test_a_missing_name_says_who_could_not_be_asked() -> None:
    found = select((WEB_AT_EDGE,), Selector(targets=("plex",)), HOSTS, silent={"nas"})
    assert "nas could not be asked" in found.problems[0].message


def test_targets_keep_their_order_and_count_once() -> None:
    assert chosen("db", "nas/web", "nas/db").chosen == (DB, WEB)


def test_one_unknown_target_leaves_the_others() -> None:
    found = chosen("db", "nope")
    assert (found.chosen, len(found.problems)) == ((DB,), 1)


def test_a_host_given_beside_a_name_makes_it_unambiguous() -> None:
    assert chosen("web", hosts=("edge",)).chosen == (WEB_AT_EDGE,)


def test_a_target_outside_the_selection_is_said_to_be_left_out() -> None:
    found = chosen("nas/web", tags=("media",))
    assert "selection leaves it out" in found.problems[0].message


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"hosts": ("edge",)}, (WEB_AT_EDGE,)),
        ({"tags": ("shop",)}, (WEB,)),
        ({"tags": ("front",)}, (WEB_AT_EDGE,)),
        ({"tags": ("backup", "shop")}, (WEB, DB)),
        ({"tags": ("nobody",)}, ()),
        ({"filters": ("status=exited",)}, (OLD,)),
        ({"filters": ("status=exited", "name=db")}, ()),
        ({"filters": ("name=db", "name=cron")}, (DB, OLD)),
        ({"filters": ("health=healthy",)}, (DB,)),
        ({"filters": ("health=none", "name=w*")}, (WEB, WEB_AT_EDGE)),
        ({"filters": ("label=dockmon.tags",)}, (DB,)),
        ({"filters": ("label=dockmon.tags=*backup",)}, (DB,)),
        ({"filters": ("label=dockmon.tags=backup",)}, ()),
        ({"filters": ("project=sh*",)}, (WEB,)),
        ({"filters": ("image=*/web:*",)}, (WEB, OLD, WEB_AT_EDGE)),
        ({"filters": ("image=web*",)}, ()),
    ],
)
def test_a_selection_narrows_by_host_tag_and_filter(
    selection: dict[str, tuple[str, ...]], expected: tuple[Container, ...]
) -> None:
    assert chosen(**selection).chosen == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("available", (WEB, DB)), ("none", (OLD,)), ("unknown", (WEB_AT_EDGE,))],
)
def test_update_filters_by_the_stored_answer(word: str, expected: tuple[Container, ...]) -> None:
    states = {
        (NAS.host_id, "shop/web/1"): "update_available",
        (NAS.host_id, "db"): "pulled",
        (NAS.host_id, "cron"): "pinned",
    }
    selector = parse_selector(filters=(f"update={word}",))
    assert select(LISTED, selector, HOSTS, update_states=states).chosen == expected


@pytest.mark.parametrize(
    ("text", "hint"), [("stauts=x", "did you mean status?"), ("x", "keys: status"), ("name", "name=GLOB"),
                       ("name=", "name=GLOB"), ("update=yes", "available, none, unknown")],
)  # fmt: skip
def test_a_filter_without_meaning_is_refused_with_what_would_have_one(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_selector(filters=(text,))
    assert hint in caught.value.hint


def test_an_empty_target_is_refused() -> None:
    with pytest.raises(UsageError, match="TARGET is empty"):
        parse_selector(("",))


def test_a_status_that_only_all_would_list_asks_for_all() -> None:
    assert parse_selector(filters=("status=exited",)).wants_all
    assert not parse_selector(filters=("status=running",)).wants_all
    assert not parse_selector(filters=("name=x",)).wants_all


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (parse_selector(), (NAS, EDGE)),
        (parse_selector(hosts=("edge",)), (EDGE,)),
        (parse_selector(("nas/web",)), (NAS,)),
        (parse_selector((f"{EDGE.host_id}:bcd4",)), (EDGE,)),
        (parse_selector(("nas/web", "db")), (NAS, EDGE)),
        (parse_selector(("nas/web",), ("edge",)), ()),
    ],
)
def test_only_hosts_that_can_hold_what_was_asked_for_are_asked(selector: Selector, expected: tuple[Host, ...]) -> None:
    assert hosts_to_ask(selector, HOSTS).hosts == expected


def test_an_unknown_host_option_is_not_found() -> None:
    choice = hosts_to_ask(parse_selector(hosts=("nass", "edge")), HOSTS)
    assert choice.hosts == (EDGE,)
    assert [type(error) for error in choice.problems] == [NotFound]
    assert choice.problems[0].hint == "did you mean nas?"


def test_tags_come_from_project_service_and_label() -> None:
    assert tags_of(WEB) | tags_of(DB) | tags_of(WEB_AT_EDGE) == {"shop", "media", "backup", "front"}
