"""What a valid configuration says, where it is found, and what is made from the table of keys."""

from pathlib import Path

import pytest
import tomli

from dockmon_cli.core.config.check import check_document
from dockmon_cli.core.config.keys import KEYS, NAME
from dockmon_cli.core.config.lines import read_lines
from dockmon_cli.core.config.model import Config, Update, build
from dockmon_cli.core.config.places import config_places, new_config, state_folder, store_file
from dockmon_cli.core.config.settings import Origin, default_settings
from dockmon_cli.core.config.write import example_file, reference_page
from dockmon_cli.core.errors import StoreError
from dockmon_cli.core.hosts import Host, TlsFiles, declared_host_id

TOP = Path(__file__).resolve().parents[2]


def config(text: str) -> Config:
    checked = check_document(tomli.loads(text), "/etc/d.toml", read_lines(text), {})
    assert checked.texts() == []
    return build({**default_settings(), **checked.settings}, "machine", "/etc/d.toml")


def test_without_a_file_the_defaults_hold() -> None:
    nothing = config("")
    assert (nothing.hosts, nothing.containers) == ((), ())
    assert (nothing.update.max_parallel, nothing.update.lookups) == (2, 16)
    assert (nothing.update.verify.stable_for_s, nothing.update.verify.timeout_s) == (10.0, None)
    assert (nothing.registries.docker_config, nothing.registries.insecure) == (None, ())


def test_a_declared_host_has_the_host_id_of_its_machine_and_name() -> None:
    (host,) = config("hosts.nas = { url = 'tcp://10.0.0.5:2376', tls_dir = '/tls' }").hosts
    assert host == Host(
        declared_host_id("machine", "nas"), "nas", "tcp://10.0.0.5:2376",
        tls=TlsFiles("/tls/ca.pem", "/tls/cert.pem", "/tls/key.pem"), origin="declared",
    )  # fmt: skip


def test_a_file_named_by_itself_beats_the_one_in_the_folder() -> None:
    (host,) = config("hosts.a = { url = 'tcp://x:1', tls_dir = '/tls', tls_ca = '/ca.pem' }").hosts
    assert host.tls == TlsFiles("/ca.pem", "/tls/cert.pem", "/tls/key.pem")


def test_a_ca_alone_is_enough_and_no_tls_is_none() -> None:
    ca_only, plain = config("[hosts]\na={url='tcp://x:1',tls_ca='/ca.pem'}\nb={url='tcp://y:1'}").hosts
    assert (ca_only.tls, plain.tls) == (TlsFiles("/ca.pem"), None)


def test_a_rule_for_containers_keeps_its_selection_and_policy() -> None:
    (rule,) = config("[containers.db]\ntarget=['nas/db']\nfilter=['name=p*','name=m*']\npolicy='block'").containers
    assert (rule.name, rule.values, rule.selector.targets) == ("db", {"policy": "block"}, ("nas/db",))
    assert rule.selector.filters.values("name") == ("p*", "m*")


def test_a_rule_keeps_everything_that_it_says_by_setting() -> None:
    (rule,) = config(
        "windows.night='mon'\n[containers.a]\nhost=['nas']\nauto='on'\ntrack='minor'\ninclude=['1.*']\nprerelease=false\nmin_age='3d'\n"
        "window='night'\norder='start-first'"
    ).containers
    assert rule.values == {
        "auto": True, "track": "minor", "include": ("1.*",), "prerelease": False, "min_age": 259200.0,
        "window": "night", "order": "start-first",
    }  # fmt: skip


def test_zone_windows_tags_and_what_update_says_of_every_container() -> None:
    found = config(
        "timezone = 'Europe/Berlin'\nwindows.night = 'mon 02:00-05:00'\ntags.media = ['nas/plex']\n"
        "[update]\ntrack='minor'\nmin_age='3d'\nwindow='night'\norder='start-first'\nkeep_images=0\n"
        "keep_min_age='1d'\nhooks='on'\nhook_timeout='5s'"
    )
    assert (found.timezone, found.windows, found.tags) == (
        "Europe/Berlin", {"night": "mon 02:00-05:00"}, {"media": ("nas/plex",)},
    )  # fmt: skip
    update = found.update
    assert (update.track, update.min_age_s, update.window, update.order) == ("minor", 259200.0, "night", "start-first")
    assert (update.keep_images, update.keep_min_age_s, update.hooks, update.hook_timeout_s) == (0, 86400.0, True, 5.0)
    assert (config("").update, config("").timezone) == (Update(), None)


def test_the_origin_of_a_key_and_of_a_table_is_its_first_line() -> None:
    declared = config(
        "update.lookups = 3\n[hosts.nas]\nurl = 'tcp://x:1'\nssh_host_key = 'x'".replace("\nssh_host_key = 'x'", "")
    )
    assert declared.origin("update.lookups") == Origin("/etc/d.toml", 1)
    assert str(declared.origin("hosts.nas")) == "/etc/d.toml:3"
    assert str(declared.origin("update.max_parallel")) == "default"
    assert str(declared.origin("hosts.na")) == "default"


def test_the_configuration_is_looked_for_in_the_user_s_folder_then_in_etc() -> None:
    assert config_places({"HOME": "/h"}) == ("/h/.config/dockmon/dockmon.toml", "/etc/dockmon/dockmon.toml")
    assert config_places({"HOME": "/h", "XDG_CONFIG_HOME": "/x"})[0] == "/x/dockmon/dockmon.toml"
    assert config_places({"HOME": "/h", "XDG_CONFIG_HOME": "x"})[0] == "/h/.config/dockmon/dockmon.toml"
    assert config_places({}) == ("/etc/dockmon/dockmon.toml",)


@pytest.mark.parametrize(
    ("flag", "env", "is_root", "expected"),
    [
        ("/f.toml", {"DOCKMON_CONFIG": "/e.toml"}, True, "/f.toml"),
        (None, {"DOCKMON_CONFIG": "/e.toml"}, True, "/e.toml"),
        (None, {"HOME": "/root"}, True, "/etc/dockmon/dockmon.toml"),
        (None, {"HOME": "/root", "XDG_CONFIG_HOME": "/x"}, True, "/x/dockmon/dockmon.toml"),
        (None, {"HOME": "/h"}, False, "/h/.config/dockmon/dockmon.toml"),
    ],
)
def test_a_new_configuration_goes_where_it_will_be_found(
    flag: str | None, env: dict[str, str], is_root: bool, expected: str
) -> None:
    assert new_config(flag, env, is_root=is_root) == expected


@pytest.mark.parametrize(
    ("flag", "env", "is_root", "expected"),
    [
        ("/flag", {"DOCKMON_STATE": "/env", "XDG_STATE_HOME": "/x"}, True, "/flag"),
        (None, {"DOCKMON_STATE": "/env", "XDG_STATE_HOME": "/x"}, True, "/env"),
        (None, {"XDG_STATE_HOME": "/x", "HOME": "/h"}, True, "/x/dockmon"),
        (None, {"HOME": "/root"}, True, "/var/lib/dockmon"),
        (None, {"HOME": "/h"}, False, "/h/.local/state/dockmon"),
        (None, {"HOME": "/h", "XDG_STATE_HOME": ""}, False, "/h/.local/state/dockmon"),
    ],
)
def test_the_state_folder_follows_flag_environment_and_user(
    flag: str | None, env: dict[str, str], is_root: bool, expected: str
) -> None:
    assert state_folder(flag, env, is_root=is_root) == expected


def test_no_home_and_no_flag_is_a_store_error_that_names_the_flag() -> None:
    with pytest.raises(StoreError) as caught:
        state_folder(None, {}, is_root=False)
    assert "--state" in caught.value.hint


def test_dockmon_db_moves_only_the_store_s_file() -> None:
    assert store_file("/s", {}) == "/s/dockmon.db"
    assert store_file("/s", {"DOCKMON_DB": "/d/x.db"}) == "/d/x.db"


def test_the_example_file_is_the_one_made_from_the_keys() -> None:
    assert (TOP / "dockmon.toml.example").read_text(encoding="utf-8") == example_file(), (
        "python docs/reference/generate.py"
    )


def test_the_reference_page_is_the_one_made_from_the_keys() -> None:
    page = (TOP / "docs/reference/config.md").read_text(encoding="utf-8")
    assert page == reference_page(), "python docs/reference/generate.py"


def test_the_example_is_valid_with_every_comment_taken_away_and_has_every_key() -> None:
    lines = example_file().splitlines()
    text = "\n".join(line.removeprefix("# ") for line in lines[lines.index("") :])
    named = {tuple(s.path) for s in config(text).settings.values() if s.origin.file}
    with_names = {key.path[0] for key in KEYS if NAME in key.path}
    assert {tuple(key.path) for key in KEYS} == {
        (path[0], NAME, *path[2:]) if path[0] in with_names else path for path in named
    }


def test_every_default_is_valid_by_its_own_key() -> None:
    assert {s.name for s in default_settings().values()} == {key.name for key in KEYS if NAME not in key.path}
