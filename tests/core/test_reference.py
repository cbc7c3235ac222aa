"""Image references."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.reference import InvalidReference, Reference, is_digest, looks_like_image_id, name_and_tag

SHA256 = "sha256:" + "a1" * 32
SHA512 = "sha512:" + "b2" * 64


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        ("postgres", "docker.io", "library/postgres", "latest", None),
        ("postgres:16", "docker.io", "library/postgres", "16", None),
        ("library/postgres", "docker.io", "library/postgres", "latest", None),
        ("grafana/grafana:11.1", "docker.io", "grafana/grafana", "11.1", None),
        ("docker.io/postgres", "docker.io", "library/postgres", "latest", None),
        ("index.docker.io/postgres:16", "docker.io", "library/postgres", "16", None),
        ("registry-1.docker.io/library/postgres:16", "docker.io", "library/postgres", "16", None),
        ("registry.hub.docker.com/grafana/grafana", "docker.io", "grafana/grafana", "latest", None),
        ("lscr.io/linuxserver/sonarr:4", "lscr.io", "linuxserver/sonarr", "4", None),
        ("localhost/web", "localhost", "web", "latest", None),
        ("localhost:5000/web:1", "localhost:5000", "web", "1", None),
        ("registry.lan:5000/team/web", "registry.lan:5000", "team/web", "latest", None),
        ("[::1]:5000/web:2", "[::1]:5000", "web", "2", None),
        ("LAN/web", "LAN", "web", "latest", None),
        ("localhost", "docker.io", "library/localhost", "latest", None),
        (f"postgres@{SHA256}", "docker.io", "library/postgres", None, SHA256),
        (f"ghcr.io/a/b:1.2@{SHA256}", "ghcr.io", "a/b", "1.2", SHA256),
        (f"ghcr.io/a/b@{SHA512}", "ghcr.io", "a/b", None, SHA512),
        ("a__b/c--d.e_f:V1_x.y-z", "docker.io", "a__b/c--d.e_f", "V1_x.y-z", None),
    ],
)  # fmt: skip
def test_a_reference_is_read_as_docker_reads_it(
    text: str, registry: str, repository: str, tag: str | None, digest: str | None
) -> None:
    assert Reference.parse(text) == Reference(registry, repository, tag, digest)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" nginx", "malformed"),
        ("nginx ", "malformed"),
        ("nginx\n", "malformed"),
        ("Nginx", "capital"),
        ("ghcr.io/Team/web", "capital"),
        ("https://ghcr.io/team/web", "scheme"),
        ("nginx:", "tag"),
        ("nginx:.1", "tag"),
        ("nginx:" + "a" * 129, "tag"),
        ("nginx@sha256:abc", "digest"),
        ("nginx@", "digest"),
        ("nginx@md5:" + "a" * 32, "digest"),
        (f"nginx@{SHA256.upper()}", "digest"),
        ("a1" * 32, "image ID"),
        ("-bad.example/web", "registry"),
        ("host:port/web", "registry"),
        ("ghcr.io/", "repository"),
        ("ghcr.io//web", "repository"),
        ("a/c/web_", "malformed"),
        ("a..b/web", "registry"),
        ("ghcr.io/" + "a/" * 128 + "b", "255"),
        ("x" * 5000, "too long"),
    ],
)
def test_what_is_no_reference_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(InvalidReference, match=why):
        Reference.parse(text)


def test_a_refusal_shows_no_terminal_escapes() -> None:
    with pytest.raises(InvalidReference) as caught:
        Reference.parse("web\x1b[31m")
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "familiar"),
    [
        ("docker.io/library/postgres:16", "postgres:16"),
        ("docker.io/grafana/grafana:1", "grafana/grafana:1"),
        ("lscr.io/linuxserver/sonarr:4", "lscr.io/linuxserver/sonarr:4"),
        ("postgres", "postgres:latest"),
        (f"postgres:16@{SHA256}", f"postgres:16@{SHA256}"),
        ("docker.io/library/a/b", "library/a/b:latest"),
        ("docker.io/localhost/web", "docker.io/localhost/web:latest"),
        ("docker.io/a.b/web", "docker.io/a.b/web:latest"),
        ("docker.io/library/" + "a1" * 32, "docker.io/library/" + "a1" * 32 + ":latest"),
    ],
)
def test_the_familiar_form_is_what_docker_shows_and_never_means_another_image(text: str, familiar: str) -> None:
    reference = Reference.parse(text)
    assert reference.familiar == familiar
    assert Reference.parse(familiar) == reference


def test_name_parts_and_canonical_form() -> None:
    reference = Reference.parse("postgres:16")
    assert reference.name == "docker.io/library/postgres"
    assert reference.parts == ("library", "postgres")
    assert str(reference) == "docker.io/library/postgres:16"


def test_a_tag_replaces_a_digest_and_the_other_way_round() -> None:
    pinned = Reference.parse(f"ghcr.io/a/b:1@{SHA256}")
    assert str(pinned.with_tag("2")) == "ghcr.io/a/b:2"
    assert str(pinned.with_digest(SHA512)) == f"ghcr.io/a/b@{SHA512}"
    with pytest.raises(InvalidReference):
        pinned.with_tag("no tag")
    with pytest.raises(InvalidReference):
        pinned.with_digest("sha256:no")


@pytest.mark.parametrize("registry", ["localhost", "localhost:5000", "127.0.0.1:5000", "127.9.9.9", "[::1]:5000"])
def test_a_registry_on_a_loopback_address_belongs_to_its_own_engine(registry: str) -> None:
    assert Reference(registry, "web", "1").is_loopback


@pytest.mark.parametrize("registry", ["docker.io", "10.0.0.1:5000", "localhost.lan:5000", "[fe80::1]:5000"])
def test_any_other_registry_may_be_shared(registry: str) -> None:
    assert not Reference(registry, "web", "1").is_loopback


@pytest.mark.parametrize("text", [SHA256, "sha256:a1b2", "a1" * 32, "a1b2c3d4e5f6"])
def test_what_docker_shows_for_an_image_without_a_name_is_an_id(text: str) -> None:
    assert looks_like_image_id(text)


@pytest.mark.parametrize("text", ["cafe", "postgres", "postgres:16", f"postgres@{SHA256}", "sha256:", "sha256", ""])
def test_a_name_is_no_id(text: str) -> None:
    assert not looks_like_image_id(text)


def test_short_hex_is_an_id_only_of_the_image_that_begins_with_it() -> None:
    assert looks_like_image_id("a1a1", SHA256)
    assert not looks_like_image_id("a1b2c3d4e5f6", SHA256)


def test_digests_have_the_length_of_their_algorithm() -> None:
    assert is_digest(SHA256)
    assert is_digest(SHA512)
    assert not is_digest("sha256:" + "a" * 63)
    assert not is_digest("sha256:" + "A" * 64)
    assert not is_digest("sha512:" + "a" * 64)


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("nginx", ("nginx", "latest")),
        ("nginx:1.27", ("nginx", "1.27")),
        ("registry.lan:5000/app", ("registry.lan:5000/app", "latest")),
        ("[::1]:5000/app:2", ("[::1]:5000/app", "2")),
    ],
)
def test_a_reference_is_split_into_the_name_that_was_written_and_its_tag(written: str, parts: tuple[str, str]) -> None:
    assert name_and_tag(written) == parts


COMPONENT = st.from_regex(r"[a-z0-9]{1,8}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}", fullmatch=True)
REGISTRY = st.one_of(
    st.sampled_from(["docker.io", "index.docker.io", "localhost", "localhost:5000", "[::1]:80", "10.0.0.1:5000"]),
    st.from_regex(r"[a-zA-Z0-9]{1,8}\.[a-z]{2,4}(?::[0-9]{1,5})?", fullmatch=True),
)
REPOSITORY = st.lists(COMPONENT, min_size=1, max_size=4).map("/".join)
TAG = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
DIGEST = st.from_regex(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}", fullmatch=True)


@st.composite
def references(draw: st.DrawFn) -> str:
    registry, tag, digest = draw(st.none() | REGISTRY), draw(st.none() | TAG), draw(st.none() | DIGEST)
    text = f"{registry}/{draw(REPOSITORY)}" if registry else f"lib/{draw(REPOSITORY)}"
    return text + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


@given(references())
def test_the_canonical_and_the_familiar_form_mean_the_same_image(text: str) -> None:
    reference = Reference.parse(text)
    assert Reference.parse(str(reference)) == reference
    assert Reference.parse(reference.familiar) == reference


@given(st.text(max_size=60))
def test_any_text_is_a_stable_reference_or_refused(text: str) -> None:
    try:
        reference = Reference.parse(text)
    except InvalidReference:
        return
    assert Reference.parse(str(reference)) == reference
