"""Reads a repository's list of tags, page by page (distribution specification 1.1, "Content Discovery")."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import httpx

from dockmon_cli.adapters.registry.exchange import Answer
from dockmon_cli.adapters.registry.refusals import unsupported
from dockmon_cli.core.manifest import parse_json_object
from dockmon_cli.core.reference import Reference, is_tag

PAGE = 1000
"""Asked for in a page: what GHCR, ECR and ACR give at most. Quay gives 100, Docker Hub and older registries all."""

MOST_TAGS = 10_000
MOST_PAGES = 500
_NEXT = re.compile(r"<([^<>]*)>[^,<]*;\s*rel=\"?next\b", re.IGNORECASE)


async def read_tags(reference: Reference, ask: Callable[[str], Awaitable[Answer]]) -> tuple[str, ...]:
    """Given a repository and how to ask below it, return all its tags.

    Raise RegistryError (unsupported) if the list repeats itself, has more than 10,000 tags, or is no list.
    """
    tags: dict[str, None] = {}
    query, asked = f"n={PAGE}", set[str]()
    while query:
        if query in asked or len(asked) == MOST_PAGES:
            raise unsupported(reference, "its list of tags does not come to an end")
        asked.add(query)
        answer = await ask(f"tags/list?{query}")
        tags.update(dict.fromkeys(_tags_in(reference, answer)))
        if len(tags) > MOST_TAGS:
            raise unsupported(reference, f"it has more than {MOST_TAGS:,} tags")
        query = _next_query(reference, answer)
    return tuple(tags)


def _tags_in(reference: Reference, answer: Answer) -> list[str]:
    """The tags of one page; a repository without any says so by null. What can be no tag is left out."""
    try:
        told = parse_json_object(answer.body).get("tags") or []
    except ValueError as error:
        raise unsupported(reference, f"its list of tags can't be read: {error}") from error
    if not isinstance(told, list):
        raise unsupported(reference, "its list of tags is none")
    return [tag for tag in told if isinstance(tag, str) and is_tag(tag)]


def _next_query(reference: Reference, answer: Answer) -> str:
    """The query of the next page, empty if there is none.

    Only the query of the link counts: behind a proxy its scheme, host and path are often the inner ones.
    """
    links = ", ".join(answer.headers.get_list("link"))
    match = _NEXT.search(links)
    if match is None:
        return ""
    try:
        query = httpx.URL(match[1]).query.decode()
    except httpx.InvalidURL:
        query = ""
    if not query:
        raise unsupported(reference, "its list of tags does not say how it goes on")
    return query
