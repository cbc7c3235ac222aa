"""Contract of `ports.kept.KeptStore`, on the fake and on the real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from dockmon_cli.core.kept_image import KeptRecord
from dockmon_cli.ports.kept import KeptStore
from tests.adapters.store.samples import DIGEST, EDGE, NAS, NOW, Opened

RECORD = KeptRecord(
    NAS.host_id, "dockmon-rollback/lan/web:a-b", "lan/web", "sha256:i", "web", "op1", NOW, DIGEST, "1.0"
)
BARE = replace(RECORD, tag="dockmon-rollback/lan/web:c-d", digest=None, version=None, kept_at=NOW - timedelta(days=1))


@pytest.fixture
def kept(store: Opened) -> Callable[[], KeptStore]:
    return lambda: store().kept


def test_records_come_back_by_host_the_oldest_first(kept: Callable[[], KeptStore]) -> None:
    kept().keep([RECORD, BARE, replace(RECORD, host_id=EDGE.host_id)])
    assert kept().kept(NAS.host_id) == [BARE, RECORD]
    assert kept().kept("nobody") == []


def test_a_record_of_the_same_tag_is_replaced(kept: Callable[[], KeptStore]) -> None:
    kept().keep([RECORD])
    kept().keep([replace(RECORD, version="1.1")])
    assert [record.version for record in kept().kept(NAS.host_id)] == ["1.1"]


def test_what_is_forgotten_is_gone_on_that_host_alone(kept: Callable[[], KeptStore]) -> None:
    kept().keep([RECORD, BARE, replace(RECORD, host_id=EDGE.host_id)])
    kept().forget_kept(NAS.host_id, [RECORD.tag, "never there"])
    assert kept().kept(NAS.host_id) == [BARE]
    assert len(kept().kept(EDGE.host_id)) == 1


def test_with_its_host_its_records_go(store: Opened) -> None:
    store().hosts.add_host(NAS)
    store().kept.keep([RECORD])
    assert store().hosts.settings_of(NAS.host_id) == {"kept images": 1}
    store().hosts.remove_host(NAS.host_id)
    assert store().kept.kept(NAS.host_id) == []
