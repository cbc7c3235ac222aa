"""Where the release notes of an image are, from the labels that its maker gave it (OCI image spec, annotations)."""

from __future__ import annotations

from urllib.parse import urlsplit

from dockmon_cli.core.documents import Document
from dockmon_cli.core.image_config import label

_LABELS = ("org.opencontainers.image.source", "org.opencontainers.image.url", "org.opencontainers.image.documentation")
_RELEASES = {"github.com": "releases", "codeberg.org": "releases", "gitlab.com": "-/releases"}
"""Where forges keep a repository's releases."""


def release_notes(settings: Document) -> str | None:
    """Given an image's settings, return the best address to read about its releases, or None.

    The releases page of the source where its forge has one, else the source, the image's own page, its documentation.
    """
    links = [link for name in _LABELS if (link := _link(label(settings, name)))]
    return next(filter(None, map(_releases, links)), next(iter(links), None))


def _link(text: str | None) -> str | None:
    """An address that a browser opens."""
    is_link = text is not None and text.startswith(("https://", "http://")) and not any(map(str.isspace, text))
    return text if is_link else None


def _releases(link: str) -> str | None:
    try:
        address = urlsplit(link)
    except ValueError:
        return None
    page = _RELEASES.get(address.netloc.removeprefix("www."))
    owner, _, rest = address.path.strip("/").partition("/")
    repository = rest.partition("/")[0].removesuffix(".git")
    return f"https://{address.netloc}/{owner}/{repository}/{page}" if page and owner and repository else None
