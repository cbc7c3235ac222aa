"""Who is bound to a container by its ID."""

from typing import Any

import pytest

from dockmon_cli.core.dependents import bound_to

DB = "d" * 64


def container(name: str, container_id: str = "", **host_config: Any) -> dict[str, Any]:
    return {"Id": container_id or name[0] * 64, "Name": f"/{name}", "HostConfig": host_config}


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
        {"Links": ["/other:/web/other", "/db:/web/database"]},
    ],
)
def test_whoever_shares_something_of_a_container_is_bound_to_it(host_config: dict[str, Any]) -> None:
    everybody = [container("db", DB), container("web", **host_config), container("idle", NetworkMode="bridge")]
    assert bound_to(everybody[0], everybody) == ("web",)


@pytest.mark.parametrize(
    "host_config",
    [
        {},
        {"NetworkMode": "host", "IpcMode": "shareable", "PidMode": ""},
        {"NetworkMode": "container:database"},
        {"NetworkMode": f"container:{'e' * 64}"},
        {"NetworkMode": "db"},
        {"VolumesFrom": None, "Links": None},
        # By name it finds the successor, whose volumes are the same.
        {"VolumesFrom": ["db"]},
        {"Links": ["/dbase:/web/db"]},
    ],
)
def test_nobody_else_is(host_config: dict[str, Any]) -> None:
    assert bound_to(container("db", DB), [container("db", DB), container("web", **host_config)]) == ()


def test_a_container_is_not_bound_to_itself() -> None:
    alone = container("db", DB, NetworkMode=f"container:{DB}")
    assert bound_to(alone, [alone]) == ()
