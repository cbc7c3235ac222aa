"""What is wrong with a configuration, all at once and with its lines."""

import pytest
import tomli

from dockmon_cli.core.config.check import check_document, check_environment
from dockmon_cli.core.config.lines import read_lines
from dockmon_cli.core.config.settings import Origin

ENV = {"HOME": "/home/ops"}


def problems(text: str) -> list[str]:
    return check_document(tomli.loads(text), "/etc/d.toml", read_lines(text), ENV).texts()


def values(text: str) -> dict[str, object]:
    checked = check_document(tomli.loads(text), "/etc/d.toml", read_lines(text), ENV)
    assert checked.texts() == []
    return {setting.name: setting.value for setting in checked.settings.values()}


def test_an_empty_file_is_valid() -> None:
    assert values("") == {}


@pytest.mark.parametrize(
    "text",
    [
        "update.verify.stable_for = '5s'",
        "update = { verify = { stable_for = '5s' } }",
        "[update.verify]\nstable_for='5s'",
    ],
)
def test_dotted_keys_inline_tables_and_headers_say_the_same(text: str) -> None:
    assert values(text) == {"update.verify.stable_for": 5.0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[update]\nlookups = 1\nmax_paralel = 2",
         "3: unknown key update.max_paralel, did you mean update.max_parallel?"),
        ("max_parallel = 2", "1: unknown key max_parallel, did you mean update.max_parallel?"),
        ("\n[updat]\nlookups = 1", "2: unknown key updat, did you mean update?"),
        ("zzz = 1", "1: unknown key zzz (there are: timezone, windows, tags, hosts, containers, registries, update)"),
        ("timezon = 'UTC'", "1: unknown key timezon, did you mean timezone?"),
        ("timezone = 2", "1: timezone must be a text, not a number"),
        ("windows.Night = 'mon'",
         "1: windows.Night is no name: use lower case letters, digits, '.', '_' and '-'"),
        ("windows = 'x'", "1: windows must be a table"),
        ("windows.night = 'mon-fry 02:00-05:00'",
         "1: windows.night is refused: 'mon-fry' is no day, no range of times and no time zone; write it like "
         "mon-sat 02:00-05:00 Europe/Berlin"),
        ("timezone = 'Europe/Berln'",
         "1: timezone is refused: 'Europe/Berln' is no time zone; did you mean Europe/Berlin?"),
        ("update.window = 'nigth'\nwindows.night = 'mon'",
         "1: update.window is refused: 'nigth' is no window; did you mean night?"),
        ("windows.night = '25:00-26:00'\n[containers.a]\ntag = ['x']\nwindow = 'night'",
         "1: windows.night is refused: 25:00-26:00 holds no time of day: they go from 00:00 to 23:59"),
        ("windows.night.on = 'x'", "1: windows.night must be a text, not a table"),
        ("tags.media = 'nas/plex'", '1: tags.media must be a list of texts such as ["a", "b"], not a text'),
        ("containers.a = { host = ['nas'], auto = 'yes' }", "1: containers.a.auto must be on or off, not 'yes'"),
        ("containers.a = { host = ['nas'], auto = 1 }", "1: containers.a.auto must be on or off, not 1"),
        ("containers.a = { host = ['nas'], track = 'minr' }",
         "1: containers.a.track must be one of exact, patch, minor, major, latest, not 'minr', did you mean minor?"),
        ("containers.a = { include = ['1.*'] }",
         "1: containers.a selects nothing: give it one of target, tag, host, filter"),
        ("containers.a.filter = ['name=x', 'update=available']",
         "1: containers.a.filter can't hold update: that changes from moment to moment, and a rule lasts"),
        ("update.keep_images = -1", "1: update.keep_images must be 0 or more, not -1"),
        ("update = { lookups = true }", "1: update.lookups must be a whole number, not true or false"),
        ("update.lookups = 0", "1: update.lookups must be 1 or more, not 0"),
        ("update.lookups = 2.0", "1: update.lookups must be a whole number, not a fraction"),
        ("update.verify.timeout = 'x'",
         "1: update.verify.timeout must be a duration such as 30s, 5m, 2h or 3d, up to 36500d, not 'x'"),
        ("update.verify.timeout = 30",
         "1: update.verify.timeout must be a duration such as 30s, 5m, 2h or 3d, up to 36500d, not 30"),
        ("update = 3", "1: update must be a table"),
        ("[[hosts]]\nurl = 'x'", "1: hosts must be a table"),
        ("registries.insecure = 'a'",
         '1: registries.insecure must be a list of texts such as ["a", "b"], not a text'),
        ("registries.insecure = [1]",
         '1: registries.insecure must be a list of texts such as ["a", "b"], not a number'),
        ("[hosts.nas]\ntls_dir = '/x'", "1: hosts.nas has no url, which every host needs"),
        ("hosts.NAS.url = 'tcp://x:1'",
         "1: hosts.NAS is no name: use lower case letters, digits, '.', '_' and '-'"),
        ("[hosts.a]\nurl = 'ssh://x'\ntls_dir = '/x'",
         "3: hosts.a.tls_dir has no meaning for a ssh:// host, only for tcp://"),
        ("[hosts.a]\nurl = 'tcp://x:1'\nssh_key = '/x'",
         "3: hosts.a.ssh_key has no meaning for a tcp:// host, only for ssh://"),
        ("[hosts.a]\nurl = 'tcp://x:1'\ntls_cert = '/x'", "3: hosts.a.tls_cert needs tls_key beside it"),
        ("containers.a.policy = 'block'",
         "1: containers.a selects nothing: give it one of target, tag, host, filter"),
        ("[containers.a]\ntag = ['x']\npolicy = 'blok'",
         "3: containers.a.policy must be one of allow, warn, block, ignore, not 'blok', did you mean block?"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_file_line_and_what_was_meant(text: str, expected: str) -> None:
    assert problems(text) == [f"/etc/d.toml:{expected}"]


def test_a_filter_is_checked_as_on_the_command_line() -> None:
    (text,) = problems("containers.a.filter = ['colour=red']")
    assert "unknown filter key 'colour'" in text


def test_a_url_is_checked_as_on_the_command_line_and_never_repeated() -> None:
    (text,) = problems("hosts.a.url = 'ssh://ops:s3cret@x'")
    assert text.startswith("/etc/d.toml:1: hosts.a.url is refused: a password in the URL")
    assert "s3cret" not in text


def test_all_mistakes_come_together_in_the_order_of_their_lines() -> None:
    text = "[update]\nlookups = 0\nmax_paralel = 1\n[hosts.a]\ntls_dir = ''\n[fleet]\n"
    assert [line.split(":")[1] for line in problems(text)] == ["2", "3", "4", "5", "6"]


def test_a_control_character_in_a_key_does_not_reach_the_message() -> None:
    (text,) = problems('"a\\u001b[31m" = 1')
    assert "\x1b" not in text


def test_the_line_is_that_of_the_key_and_not_of_its_like_elsewhere() -> None:
    text = '# lookups = 1\n[hosts.a]\nurl = """\nlookups = 3"""\n[update]\n"lookups" = 0\n'
    assert any(line.startswith("/etc/d.toml:6: update.lookups") for line in problems(text))


def test_paths_are_completed_by_home_and_by_the_file_s_folder() -> None:
    assert values("hosts.a = { url = 'tcp://x:1', tls_dir = '~/certs', tls_ca = '../ca.pem' }") == {
        "hosts.a.url": "tcp://x:1", "hosts.a.tls_dir": "/home/ops/certs", "hosts.a.tls_ca": "/ca.pem",
    }  # fmt: skip


def test_the_environment_sets_what_has_no_name() -> None:
    checked = check_environment({
        "DOCKMON_UPDATE_MAX_PARALLEL": "4", "DOCKMON_UPDATE_VERIFY_STABLE_FOR": "1m",
        "DOCKMON_REGISTRIES_INSECURE": "a:5000, b", "DOCKMON_UPDATE_LOOKUPS": "",
    })  # fmt: skip
    assert {s.name: s.value for s in checked.settings.values()} == {
        "registries.insecure": ("a:5000", "b"), "update.max_parallel": 4, "update.verify.stable_for": 60.0,
    }  # fmt: skip
    assert checked.settings["update", "max_parallel"].origin == Origin(variable="DOCKMON_UPDATE_MAX_PARALLEL")


def test_mistakes_in_the_environment_name_the_variable() -> None:
    texts = check_environment({"DOCKMON_UPDATE_LOOKUPS": "many", "DOCKMON_UPDATE_MAX_PARALEL": "2"}).texts()
    assert texts == [
        "DOCKMON_UPDATE_LOOKUPS: must be a whole number, not 'many'",
        "DOCKMON_UPDATE_MAX_PARALEL: no such setting, did you mean DOCKMON_UPDATE_MAX_PARALLEL?",
    ]


def test_variables_that_are_no_keys_are_left_alone() -> None:
    assert check_environment({"DOCKMON_DEBUG": "1", "DOCKMON_STATE": "/x", "UPDATE_LOOKUPS": "x"}).texts() == []
