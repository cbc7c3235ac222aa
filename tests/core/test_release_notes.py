"""Where an image's release notes are."""

import pytest

from dockmon_cli.core.release_notes import release_notes

PREFIX = "org.opencontainers.image."


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({}, None),
        ({"source": "https://github.com/traefik/traefik"}, "https://github.com/traefik/traefik/releases"),
        ({"source": "https://github.com/a/b.git#0123:16/alpine"}, "https://github.com/a/b/releases"),
        ({"source": "https://www.github.com/a/b/tree/main/docker"}, "https://www.github.com/a/b/releases"),
        ({"source": "https://gitlab.com/a/b"}, "https://gitlab.com/a/b/-/releases"),
        ({"source": "https://codeberg.org/a/b/"}, "https://codeberg.org/a/b/releases"),
        ({"source": "https://git.lan/a/b", "url": "https://b.example"}, "https://git.lan/a/b"),
        ({"source": "https://git.lan/a/b", "url": "https://github.com/a/b"}, "https://github.com/a/b/releases"),
        ({"source": "https://github.com/a"}, "https://github.com/a"),
        ({"url": "https://b.example", "documentation": "https://docs.b.example"}, "https://b.example"),
        ({"documentation": "http://docs.b.example"}, "http://docs.b.example"),
        ({"source": "git@github.com:a/b.git", "url": "https://b.example"}, "https://b.example"),
        ({"source": "javascript:alert(1)"}, None),
        ({"source": "https://b.example/ two words"}, None),
        ({"source": "https://[::1", "url": ""}, "https://[::1"),
    ],
)
def test_the_labels_of_an_image_lead_to_its_releases(labels: dict[str, str], expected: str | None) -> None:
    assert release_notes({"Labels": {PREFIX + name: value for name, value in labels.items()}}) == expected
