"""Manifests and indexes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core import manifest as m
from dockmon_cli.core.platform import Platform

AMD64, ARM64, ARMV7 = Platform("linux", "amd64"), Platform("linux", "arm64"), Platform("linux", "arm", "v7")


def digest(letter: str) -> str:
    return "sha256:" + letter * 64


def entry(letter: str, os: str, architecture: str, variant: str = "", **more: Any) -> dict[str, Any]:
    platform = {"os": os, "architecture": architecture} | ({"variant": variant} if variant else {})
    return {"mediaType": m.OCI_MANIFEST, "digest": digest(letter), "size": 500, "platform": platform} | more


def index(*entries: dict[str, Any], media_type: str = m.OCI_INDEX) -> bytes:
    return json.dumps({"schemaVersion": 2, "mediaType": media_type, "manifests": entries}).encode()


def single(**more: Any) -> bytes:
    document = {
        "schemaVersion": 2,
        "config": {"digest": digest("c"), "size": 100},
        "layers": [{"digest": digest("1"), "size": 1000}, {"digest": digest("2"), "size": 23}],
    }
    return json.dumps(document | more).encode()


@pytest.mark.parametrize("media_type", [m.OCI_INDEX, m.DOCKER_LIST])
def test_an_index_lists_its_platforms(media_type: str) -> None:
    body = index(entry("a", "linux", "amd64"), entry("b", "linux", "arm64", "v8"), media_type=media_type)
    found = m.parse_manifest(digest("f"), f"{media_type}; charset=utf-8", body)
    assert (found.digest, found.media_type, found.is_index) == (digest("f"), media_type, True)
    assert found.entries == (m.Entry(digest("a"), AMD64, 500), m.Entry(digest("b"), ARM64, 500))
    assert (found.config_digest, found.size_bytes) == (None, 0)


@pytest.mark.parametrize("media_type", [m.OCI_MANIFEST, m.DOCKER_MANIFEST])
def test_a_manifest_names_its_configuration_and_what_a_pull_weighs(media_type: str) -> None:
    found = m.parse_manifest(digest("f"), media_type, single())
    assert (found.is_index, found.config_digest, found.size_bytes) == (False, digest("c"), 1023)
    assert found.for_platform(AMD64) is None


def test_attestations_unknown_platforms_and_nested_indexes_are_no_entries() -> None:
    body = index(
        entry("a", "linux", "amd64"),
        entry("b", "unknown", "unknown"),
        entry("c", "linux", "amd64", annotations={"vnd.docker.reference.type": "attestation-manifest"}),
        entry("d", "linux", "arm64", mediaType=m.OCI_INDEX),
    )
    assert [e.digest for e in m.parse_manifest("", m.OCI_INDEX, body).entries] == [digest("a")]


def test_the_best_entry_for_a_platform_wins_whatever_the_order() -> None:
    body = index(entry("5", "linux", "arm", "v5"), entry("6", "linux", "arm", "v6"), entry("a", "linux", "amd64"))
    found = m.parse_manifest("", m.OCI_INDEX, body)
    assert found.for_platform(ARMV7) == m.Entry(digest("6"), Platform("linux", "arm", "v6"), 500)
    assert found.for_platform(Platform("linux", "arm", "v5")) == m.Entry(
        digest("5"), Platform("linux", "arm", "v5"), 500
    )
    assert found.for_platform(ARM64) is None


def test_an_entry_without_a_platform_is_the_last_choice() -> None:
    nameless = {"mediaType": m.OCI_MANIFEST, "digest": digest("e"), "size": 1}
    found = m.parse_manifest("", m.OCI_INDEX, index(nameless, entry("a", "linux", "amd64")))
    assert found.for_platform(AMD64) == m.Entry(digest("a"), AMD64, 500)
    assert found.for_platform(ARM64) == m.Entry(digest("e"), None, 1)


@pytest.mark.parametrize("media_type", ["", "application/json", "text/plain; charset=utf-8"])
def test_a_server_that_names_no_type_is_understood_by_the_body(media_type: str) -> None:
    assert m.parse_manifest("", media_type, single()).media_type == m.OCI_MANIFEST
    assert m.parse_manifest("", media_type, single(mediaType=m.DOCKER_MANIFEST)).media_type == m.DOCKER_MANIFEST
    assert m.parse_manifest("", media_type, index(media_type=m.DOCKER_LIST)).media_type == m.DOCKER_LIST


@pytest.mark.parametrize(
    ("media_type", "body", "why"),
    [
        ("text/html", b"<html>", "content type"),
        ("application/vnd.docker.distribution.manifest.v1+prettyjws", b"{}", "old schema 1"),
        (m.OCI_INDEX, b"<html>", "not JSON"),
        (m.OCI_INDEX, b"\xff\xfe", "not JSON"),
        (m.OCI_INDEX, b"[" * 100_000, "not JSON"),
        (m.OCI_INDEX, b"[]", "not a JSON object"),
        (m.OCI_INDEX, b"{}", "schema version"),
        (m.OCI_INDEX, b'{"schemaVersion": 1}', "schema version"),
        (m.OCI_INDEX, b'{"schemaVersion": 2}', "neither"),
        (m.OCI_INDEX, single(manifests=[]), "both"),
        (m.OCI_INDEX, single(), "differ"),
        (m.OCI_MANIFEST, index(), "differ"),
        (m.OCI_MANIFEST, single(mediaType=m.DOCKER_MANIFEST), "differ"),
        (m.OCI_MANIFEST, b'{"schemaVersion": 2, "layers": []}', "no image configuration"),
        (m.OCI_MANIFEST, single(config={"digest": "x"}), "without a digest"),
        (m.OCI_MANIFEST, single(config="x"), "without a digest"),
        (m.OCI_MANIFEST, single(layers=[{"digest": digest("a"), "size": "1"}]), "without a size"),
        (m.OCI_MANIFEST, single(layers={"a": 1}), "not a list"),
        (m.OCI_INDEX, b'{"schemaVersion": 2, "manifests": [1]}', "without a digest"),
    ],
)
def test_what_is_no_manifest_is_refused_with_the_reason(media_type: str, body: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        m.parse_manifest(digest("f"), media_type, body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
KEYS = [
    "schemaVersion",
    "mediaType",
    "manifests",
    "config",
    "layers",
    "digest",
    "size",
    "platform",
    "annotations",
    "os",
]


@given(st.sampled_from(m.MEDIA_TYPES), st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6))
def test_whatever_a_server_sends_is_a_manifest_or_a_value_error(media_type: str, document: dict[str, Any]) -> None:
    body = json.dumps({"schemaVersion": 2} | document).encode()
    try:
        found = m.parse_manifest(digest("f"), media_type, body)
    except ValueError:
        return
    assert found.media_type == media_type


def test_a_body_is_compared_with_its_digest_by_the_digests_own_algorithm() -> None:
    assert m.has_digest(b"x", m.digest_of(b"x"))
    assert m.has_digest(b"x", m.digest_of(b"x", "sha512"))
    assert not m.has_digest(b"y", m.digest_of(b"x"))
    assert not m.has_digest(b"x", "md5:9dd4e461268c8034f5c8564e155c67a6")
