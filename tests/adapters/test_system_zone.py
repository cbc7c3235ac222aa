"""The machine's time zone: what TZ says, else where /etc/localtime leads."""

from pathlib import Path

import pytest

from dockmon_cli.adapters.system_zone import system_zone


@pytest.fixture
def localtime(tmp_path: Path) -> Path:
    zone = tmp_path / "zoneinfo/Europe/Berlin"
    zone.parent.mkdir(parents=True)
    zone.write_bytes(b"TZif")
    link = tmp_path / "localtime"
    link.symlink_to(zone)
    return link


@pytest.mark.parametrize(
    ("env", "zone"),
    [
        ({}, "Europe/Berlin"),
        ({"TZ": ""}, "Europe/Berlin"),
        ({"TZ": "America/New_York"}, "America/New_York"),
        ({"TZ": ":Asia/Kolkata"}, "Asia/Kolkata"),
        ({"TZ": "XYZ-3:17"}, "Europe/Berlin"),
    ],
)
def test_the_environment_beats_the_machine_where_it_names_a_zone(
    env: dict[str, str], zone: str, localtime: Path
) -> None:
    assert system_zone(env, localtime) == zone


def test_where_nothing_names_a_zone_it_is_utc(tmp_path: Path) -> None:
    file = tmp_path / "localtime"
    assert system_zone({}, file) == "UTC"
    file.write_bytes(b"TZif")
    assert system_zone({}, file) == "UTC"


def test_this_machine_has_one() -> None:
    assert system_zone({})
