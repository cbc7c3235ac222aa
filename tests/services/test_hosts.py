"""Hosts are verified before they are saved, and adding one says what it means."""

from dataclasses import replace

import pytest

from dockmon_cli.core.errors import ConfigError, Declared, Declined, HostError, NeedsAnswer, UsageError
from dockmon_cli.core.hosts import Host, TlsFiles, declared_host_id
from dockmon_cli.services import hosts as service
from tests.fakes.engine import NOW
from tests.fakes.host_tools import FakeSshKeys
from tests.services.host_desk import ATTIC, FAR, NAS, AnyEngines, add, desk


def test_a_host_that_answers_is_saved_with_an_id_and_what_it_said() -> None:
    at = desk()
    (seen,) = add(at, NAS).hosts
    assert at.store.hosts() == [replace(NAS, host_id="id-1")]
    assert seen.info is not None
    assert seen.read_at == NOW


def test_a_host_that_does_not_answer_is_not_saved() -> None:
    at = desk(engines=AnyEngines(failures={"nas": HostError("refused", "connection refused")}))
    with pytest.raises(HostError) as caught:
        add(at, NAS)
    assert (caught.value.code, caught.value.host) == ("refused", "nas")
    assert at.store.hosts() == []


def test_a_host_that_hangs_is_cut_off_and_not_saved() -> None:
    engines = AnyEngines()
    engines.hanging.add("nas")
    at = desk(engines=engines)
    with pytest.raises(HostError) as caught:
        add(at, NAS)
    assert caught.value.code == "timeout"
    assert at.store.hosts() == []


def test_without_a_check_a_host_is_saved_unseen() -> None:
    at = desk(engines=AnyEngines(failures={"nas": HostError("refused", "connection refused")}))
    (seen,) = add(at, NAS, check=False).hosts
    assert (seen.info, len(at.store.hosts())) == (None, 1)


@pytest.mark.parametrize(
    "host",
    [
        replace(NAS, name="NAS"),
        replace(NAS, name="a/b"),
        replace(NAS, name=""),
        replace(NAS, url="ftp://x"),
        replace(ATTIC, tls=TlsFiles("ca")),
        replace(NAS, ssh_key="/key"),
        replace(ATTIC, ssh_host_key="ssh-ed25519 AAAA"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(host: Host) -> None:
    at = desk()
    with pytest.raises(UsageError) as caught:
        add(at, host)
    assert caught.value.exit_code == 2
    assert caught.value.hint
    assert at.store.hosts() == []


def test_a_taken_name_is_refused_and_a_declared_one_names_the_file() -> None:
    at = desk(declared=(replace(ATTIC, host_id="d", origin="declared"),))
    add(at, NAS)
    with pytest.raises(UsageError, match="exists already"):
        add(at, NAS)
    with pytest.raises(Declared, match=r"/etc/dockmon/dockmon\.toml"):
        add(at, ATTIC)


def test_plain_tcp_is_warned_about_and_tls_and_sockets_are_not() -> None:
    at = desk(declared=(replace(ATTIC, name="d", host_id="d", origin="declared"),))
    assert any("without TLS" in note for note in add(at, NAS).notes)
    assert add(at, replace(NAS, name="nas2", url="tcp://x:1", tls=TlsFiles("ca"))).notes == ()
    assert add(at, replace(ATTIC, url="unix:///other.sock")).notes == ()


def test_the_first_host_says_that_local_no_longer_serves_and_how_to_keep_it() -> None:
    at = desk()
    assert [host.name for host in at.serving()] == ["local"]
    notes = add(at, ATTIC).notes
    assert [host.name for host in at.serving()] == ["attic"]
    assert any("dockmon hosts add local unix:///var/run/docker.sock" in note for note in notes)
    assert add(at, replace(ATTIC, name="cellar", url="unix:///c.sock")).notes == ()


def test_local_keeps_its_id_when_it_is_added_by_name() -> None:
    at = desk()
    implied = at.serving()[0]
    (seen,) = add(at, Host("", "local", "unix:///var/run/docker.sock")).hosts
    assert seen.host.host_id == implied.host_id == declared_host_id("machine", "local")


def test_two_names_of_one_engine_are_warned_about() -> None:
    at = desk()
    add(at, ATTIC)
    notes = add(at, replace(ATTIC, name="twin")).notes
    assert any("same engine ID" in note and "attic" in note for note in notes)


def test_a_stored_host_that_the_file_declares_as_well_is_an_error_naming_both() -> None:
    at = desk()
    add(at, ATTIC)
    both = replace(at, declared=(replace(ATTIC, host_id="d", origin="declared"),))
    with pytest.raises(ConfigError, match="attic"):
        both.serving()


def test_an_ssh_host_whose_key_nobody_knows_needs_an_answer() -> None:
    at = desk()
    with pytest.raises(NeedsAnswer) as caught:
        add(at, FAR)
    assert (caught.value.exit_code, "--ssh-host-key" in caught.value.hint) == (2, True)
    assert at.store.hosts() == []


def test_a_key_in_known_hosts_counts_as_given() -> None:
    at = desk(keys=FakeSshKeys(known=["far"]))
    add(at, FAR)
    assert at.store.hosts()[0].ssh_host_key is None


@pytest.mark.parametrize("given", [FakeSshKeys.key, "SHA256:AAAA"])
def test_a_given_key_or_fingerprint_is_stored_as_the_key(given: str) -> None:
    at = desk()
    add(at, replace(FAR, ssh_host_key=given))
    assert at.store.hosts()[0].ssh_host_key == FakeSshKeys.key


def test_another_key_than_the_given_one_saves_nothing() -> None:
    at = desk()
    with pytest.raises(HostError) as caught:
        add(at, replace(FAR, ssh_host_key="SHA256:BBBB"))
    assert (caught.value.exit_code, at.store.hosts()) == (4, [])


def test_somebody_at_a_terminal_is_shown_the_fingerprint_and_decides() -> None:
    asked: list[tuple[str, str]] = []

    def answer(right: bool) -> service.AskKey:
        return lambda host, fingerprint: asked.append((host, fingerprint)) or right  # type: ignore[func-returns-value]

    refused = desk(ask_key=answer(False))
    with pytest.raises(Declined) as caught:
        add(refused, FAR)
    assert caught.value.exit_code == 0
    accepted = desk(ask_key=answer(True))
    add(accepted, FAR)
    assert asked == [("far", "SHA256:AAAA")] * 2
    assert refused.store.hosts() == []
    assert accepted.store.hosts()[0].ssh_host_key == FakeSshKeys.key
