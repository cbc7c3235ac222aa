"""Contract of `ports.store.HostStore`, on the fake and on the real one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dockmon_cli.core.errors import NotFound, UsageError
from dockmon_cli.core.hosts import TlsFiles
from tests.adapters.store.samples import DIGEST, EDGE, NAS, OUTDATED, Opened, Ports, operation


def test_hosts_come_back_whole_and_by_name(store: Opened) -> None:
    store().hosts.add_host(NAS)
    store().hosts.add_host(EDGE)
    assert store().hosts.hosts() == [EDGE, NAS]


@pytest.mark.parametrize("tls", [None, TlsFiles(), TlsFiles(ca="/ca.pem")])
def test_tls_without_files_is_not_the_same_as_no_tls(store: Opened, tls: TlsFiles | None) -> None:
    store().hosts.add_host(replace(NAS, tls=tls))
    assert store().hosts.hosts()[0].tls == tls


def test_a_taken_name_is_refused_and_the_first_stays(store: Opened) -> None:
    store().hosts.add_host(NAS)
    with pytest.raises(UsageError) as caught:
        store().hosts.add_host(replace(EDGE, name="nas"))
    assert "nas" in caught.value.message
    assert store().hosts.hosts() == [NAS]


def test_a_host_id_is_stored_under_one_name_only(store: Opened) -> None:
    store().hosts.add_host(NAS)
    with pytest.raises(UsageError) as caught:
        store().hosts.add_host(replace(NAS, name="other"))
    assert "nas" in caught.value.message


def test_changing_a_host_replaces_all_of_it(store: Opened) -> None:
    store().hosts.add_host(NAS)
    changed = replace(EDGE, host_id=NAS.host_id, name="cellar")
    store().hosts.change_host(changed)
    assert store().hosts.hosts() == [changed]


def test_a_host_cannot_take_the_name_of_another(store: Opened) -> None:
    store().hosts.add_host(NAS)
    store().hosts.add_host(EDGE)
    with pytest.raises(UsageError):
        store().hosts.change_host(replace(EDGE, name="nas"))
    assert store().hosts.hosts() == [EDGE, NAS]


def test_changing_a_host_that_is_not_stored_is_an_error(store: Opened) -> None:
    with pytest.raises(NotFound):
        store().hosts.change_host(NAS)
    assert store().hosts.hosts() == []


def _fill(store: Ports, host_id: str) -> None:
    store.checks.save_answer(host_id, "web", OUTDATED)
    store.checks.note_exit(host_id, "job", "c1", 0)
    store.checks.remember_image(host_id, "sha256:1", "docker.io/library/web", DIGEST)
    store.checks.remember_image(host_id, "sha256:1", "docker.io/library/web", "sha256:2")
    store.journal.open_operation(operation(f"op-{host_id}", host_id=host_id))


def test_what_hangs_off_a_host_is_counted_by_what_it_is(store: Opened) -> None:
    store().hosts.add_host(NAS)
    assert store().hosts.settings_of(NAS.host_id) == {}
    _fill(store(), NAS.host_id)
    assert store().hosts.settings_of(NAS.host_id) == {
        "containers": 1, "update answers": 1, "images": 2, "operations": 1,
    }  # fmt: skip


def test_removing_a_host_forgets_what_hangs_off_it_and_nothing_else(store: Opened) -> None:
    for host in (NAS, EDGE):
        store().hosts.add_host(host)
        _fill(store(), host.host_id)
    before = store().hosts.settings_of(EDGE.host_id)
    store().hosts.remove_host(NAS.host_id)
    assert store().hosts.hosts() == [EDGE]
    assert store().hosts.settings_of(NAS.host_id) == {}
    assert store().checks.remembered_digests(NAS.host_id, "sha256:1") == {}
    assert store().hosts.settings_of(EDGE.host_id) == before


def test_removing_an_unknown_host_changes_nothing(store: Opened) -> None:
    store().hosts.add_host(NAS)
    store().hosts.remove_host("nobody")
    assert store().hosts.hosts() == [NAS]
