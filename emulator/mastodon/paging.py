"""Pages of a Mastodon server: newest first, cut by numbers, with a Link header to the neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlencode

T = TypeVar("T")
_CUTS = ("max_id", "since_id", "min_id")


def page(
    items: list[tuple[str, T]], query: Mapping[str, str], default: int, most: int
) -> tuple[list[T], str | None, str | None]:
    """(the page, max_id of the next one, min_id of the one before) of `items`: (number, item), newest first."""
    limit = min(max(_number(query.get("limit"), default), 1), most)
    newest_first = sorted(items, key=lambda item: int(item[0]), reverse=True)
    below, since, above = (_number(query.get(name), -1) for name in _CUTS)
    kept = [
        item
        for item in newest_first
        if (below < 0 or int(item[0]) < below) and int(item[0]) > since and int(item[0]) > above
    ]
    # min_id asks for what comes right after it, since_id for the newest.
    cut = kept[-limit:] if above >= 0 else kept[:limit]
    following = cut[-1][0] if len(cut) == limit else None
    return [item for _, item in cut], following, cut[0][0] if cut else None


def link_header(url: str, query: Mapping[str, str], following: str | None, before: str | None) -> str | None:
    """The Link header, as Mastodon writes it; `url` without a query."""
    kept = {name: value for name, value in query.items() if name not in _CUTS}
    links = [
        f'<{url}?{urlencode({**kept, name: number})}>; rel="{rel}"'
        for rel, name, number in (("next", "max_id", following), ("prev", "min_id", before))
        if number is not None
    ]
    return ", ".join(links) or None


def _number(text: str | None, otherwise: int) -> int:
    try:
        return int(text) if text else otherwise
    except ValueError:
        return otherwise
