"""Contract of `ports.registry.ManifestCache`, on the fake and on the real one."""

from __future__ import annotations

import pytest

from tests.adapters.store.samples import DIGEST, Opened


def test_a_manifest_is_kept_byte_for_byte(store: Opened) -> None:
    body = b'{"schemaVersion":2,\x00\xff}\n'
    store().manifests.put_manifest("docker.io/library/web", DIGEST, "application/json", body)
    assert store().manifests.get_manifest("docker.io/library/web", DIGEST) == ("application/json", body)


def test_keeping_a_manifest_again_is_no_error(store: Opened) -> None:
    for _ in range(2):
        store().manifests.put_manifest("web", DIGEST, "application/json", b"{}")
    assert store().manifests.get_manifest("web", DIGEST) == ("application/json", b"{}")


def test_a_manifest_belongs_to_its_repository(store: Opened) -> None:
    store().manifests.put_manifest("web", DIGEST, "application/json", b"{}")
    assert store().manifests.get_manifest("other", DIGEST) is None


def test_a_cooldown_is_remembered_for_its_registry_alone(store: Opened) -> None:
    store().manifests.set_cooldown("docker.io", 1_790_000_000.25)
    store().manifests.set_cooldown("docker.io", 1_790_000_060.5)
    assert store().manifests.get_cooldown("docker.io") == 1_790_000_060.5
    assert store().manifests.get_cooldown("ghcr.io") is None


@pytest.mark.parametrize("until", [1e11, 1e300, float("inf")])
def test_a_cooldown_beyond_all_calendars_still_holds(store: Opened, until: float) -> None:
    store().manifests.set_cooldown("registry.lan", until)
    kept = store().manifests.get_cooldown("registry.lan")
    assert kept is not None
    assert kept > 9e10
