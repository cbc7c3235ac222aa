"""Who depends on whom on one host, what goes down with what, and the order of it all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.create_spec import CreateSpec, rebound
from dockmon_cli.core.dependents import graph, needs_running

DB = "d" * 64
Document = dict[str, Any]


def container(
    name: str,
    container_id: str = "",
    *,
    labels: dict[str, str] | None = None,
    links: list[str] | None = None,
    **host: Any,
) -> Document:
    return {
        "Id": container_id or name.encode().hex().ljust(64, "0"),
        "Name": f"/{name}",
        "Config": {"Labels": labels},
        "HostConfig": host,
        "NetworkSettings": {"Networks": {"front": {"Links": links}}},
    }


def names(documents: list[Document], ids: Any) -> list[str]:
    by_id = {document["Id"]: document["Name"].removeprefix("/") for document in documents}
    return [by_id[found] for found in ids]


@pytest.mark.parametrize(
    "host_config",
    [
        {"NetworkMode": f"container:{DB}"},
        {"NetworkMode": "container:db"},
        {"NetworkMode": f"container:{DB[:12]}"},
        {"IpcMode": f"container:{DB}"},
        {"PidMode": f"container:{DB}"},
        {"VolumesFrom": [f"{DB}:ro"]},
        {"VolumesFrom": ["other", DB]},
        # Volumes are looked up when a container is created: those of the successor's image need a new one.
        {"VolumesFrom": ["db"]},
        {"Links": ["/other:/web/other", "/db:/web/database"]},
    ],
)
def test_whoever_shares_something_of_a_container_goes_down_with_it(host_config: Document) -> None:
    everybody = [container("db", DB), container("web", **host_config), container("idle", NetworkMode="bridge")]
    assert names(everybody, graph(everybody).bound_to(DB)) == ["web"]


@pytest.mark.parametrize(
    "host_config",
    [
        {},
        {"NetworkMode": "host", "IpcMode": "shareable", "PidMode": ""},
        {"NetworkMode": "container:database"},
        {"NetworkMode": f"container:{'e' * 64}"},
        {"NetworkMode": "db"},
        {"VolumesFrom": None, "Links": None},
        {"Links": ["/dbase:/web/db"]},
    ],
)
def test_nobody_else_does(host_config: Document) -> None:
    everybody = [container("db", DB), container("web", **host_config)]
    assert graph(everybody).bound_to(DB) == ()


def test_what_is_there_only_while_a_swap_lasts_is_nobodys_dependent() -> None:
    shares: Document = {"NetworkMode": f"container:{DB}"}
    everybody = [container("db", DB), container("web.dockmon-new", **shares), container("web.dockmon-old", **shares)]
    assert graph(everybody).bound_to(DB) == ()


def test_a_container_is_not_bound_to_itself() -> None:
    alone = [container("db", DB, NetworkMode=f"container:{DB}")]
    assert graph(alone).bound_to(DB) == ()
    assert graph(alone).circles == ()


def test_what_is_bound_to_something_bound_goes_down_too_in_start_order() -> None:
    everybody = [
        container("b", PidMode="container:a", labels={"dockmon.depends_on": "c"}),
        container("c", NetworkMode="container:a"),
        container("a", NetworkMode="container:db"),
        container("db", DB),
        container("late", labels={"dockmon.depends_on": "db"}),
    ]
    assert names(everybody, graph(everybody).bound_to(DB)) == ["a", "c", "b"]


def service(name: str, project: str = "shop", **labels: str) -> Document:
    compose = {
        f"com.docker.compose.{key}": value for key, value in {"service": name.partition("-")[0], **labels}.items()
    }
    return container(f"{project}-{name}", labels={"com.docker.compose.project": project, **compose})


def test_compose_services_come_after_all_containers_of_those_they_depend_on_in_their_own_project() -> None:
    everybody = [
        service("web", depends_on="api:service_healthy:false,cache:service_started:true"),
        service("api-1"),
        service("api-2"),
        service("cache"),
        service("api", "other"),
        service("cache-run", oneoff="True"),
    ]
    found = graph(everybody)
    web = everybody[0]["Id"]
    assert sorted(names(everybody, found.needs(web))) == ["shop-api-1", "shop-api-2", "shop-cache"]
    assert found.bound_to(everybody[1]["Id"]) == ()


def test_older_compose_writes_the_names_alone() -> None:
    everybody = [service("web", depends_on="api"), service("api")]
    assert names(everybody, graph(everybody).needs(everybody[0]["Id"])) == ["shop-api"]


def test_a_user_names_containers_of_the_host_and_a_link_in_a_network_is_a_name_too() -> None:
    everybody = [
        container("web", labels={"dockmon.depends_on": "db , gone,"}, links=["cache:c"]),
        container("db"),
        container("cache"),
    ]
    found = graph(everybody)
    assert sorted(names(everybody, found.needs(everybody[0]["Id"]))) == ["cache", "db"]
    assert found.bound_to(everybody[1]["Id"]) == ()


def test_those_that_depend_on_each_other_are_a_circle_and_nobody_else_is_part_of_it() -> None:
    everybody = [
        container("a", labels={"dockmon.depends_on": "b"}),
        container("b", labels={"dockmon.depends_on": "c"}),
        container("c", NetworkMode="container:a"),
        container("before", labels={"dockmon.depends_on": "a"}),
        container("after"),
    ]
    found = graph(everybody)
    assert [found.circle_of(each["Id"]) for each in everybody] == [("a", "b", "c")] * 3 + [()] * 2
    assert set(found.order) == {each["Id"] for each in everybody}


def test_the_engine_starts_no_container_whose_network_or_link_is_down_but_one_that_borrows_volumes() -> None:
    shares = container("web", NetworkMode="container:a", Links=["/b:/web/b"], VolumesFrom=["c"])
    stopped = container("b")
    assert list(needs_running(shares, [stopped, container("c"), shares])) == [("a", None), ("b", stopped)]


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()), max_size=14))
def test_whatever_one_depends_on_starts_before_it_unless_they_are_a_circle(ties: list[tuple[int, int, bool]]) -> None:
    everybody = [container(f"c{number}") for number in range(8)]
    for one, other, is_bound in ties:
        document = everybody[one]
        if is_bound:
            document["HostConfig"].setdefault("Links", []).append(f"/c{other}:/c{one}/x")
        else:
            label = (document["Config"]["Labels"] or {}).get("dockmon.depends_on", "")
            document["Config"]["Labels"] = {"dockmon.depends_on": f"{label},c{other}"}
    found = graph(everybody)
    assert sorted(found.order) == sorted(document["Id"] for document in everybody)
    for document in everybody:
        container_id = document["Id"]
        for need in found.needs(container_id):
            together = any({container_id, need} <= circle for circle in found.circles)
            assert together or found.order.index(need) < found.order.index(container_id)
        assert (container_id in found.needs(container_id)) == bool(found.circle_of(container_id))


def test_a_spec_follows_to_the_new_ids_and_keeps_names() -> None:
    host = {
        "NetworkMode": f"container:{DB}", "IpcMode": "container:db", "PidMode": f"container:{'e' * 64}",
        "VolumesFrom": [f"{DB[:12]}:ro", "db"], "Links": ["db:x", f"{DB}:y"],
    }  # fmt: skip
    spec = CreateSpec({"Image": "i", "HostConfig": host})
    new = rebound(spec, {DB: "f" * 64}).body["HostConfig"]
    assert new == {
        "NetworkMode": f"container:{'f' * 64}", "IpcMode": "container:db", "PidMode": f"container:{'e' * 64}",
        "VolumesFrom": [f"{'f' * 64}:ro", "db"], "Links": ["db:x", f"{'f' * 64}:y"],
    }  # fmt: skip
    assert host["NetworkMode"] == f"container:{DB}"
