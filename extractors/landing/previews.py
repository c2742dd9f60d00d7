"""Previews of links to what is forgotten: they repeat its words and names, on whatever network the link stands."""

from collections.abc import Iterator
from typing import Any

from rapport.links import Links

# What of a link is no preview of where it leads: its place in the text, and its addresses.
_LINK = {"url", "expanded_url", "display_url", "unwound_url", "start", "end", "indices"}
# By the name that networks give a preview: what is kept of it.
_KEPT = {"urls": _LINK, "external": {"uri"}, "card": set[str]()}


def remove(body: Any, links: Links) -> bool:
    """Takes previews of what is forgotten out of a page, in place. Whether there was one."""
    is_changed = False
    for holder, name, preview in list(_previews(body)):
        if not any(links.leads(address) for address in _addresses(preview)):
            continue
        kept = {key: preview[key] for key in preview if key in _KEPT[name]}
        kept = {key: links.mask(one) if isinstance(one, str) else one for key, one in kept.items()}
        if kept != preview:
            is_changed = True
            preview.clear()
            preview.update(kept)
            if not kept:
                holder[name] = None
    return is_changed


def _previews(body: Any) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    """Each preview, by what holds it, and its name there. Nothing recurses: threads are deep."""
    waiting = [body]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            for name in _KEPT.keys() & here.keys():
                found = here[name] if isinstance(here[name], list) else [here[name]]
                yield from ((here, name, one) for one in found if isinstance(one, dict))
        if isinstance(here, dict | list):
            waiting += here.values() if isinstance(here, dict) else here


def _addresses(value: Any) -> Iterator[str]:
    """Every address in a preview, those of authors among them."""
    if isinstance(value, list):
        for one in value:
            yield from _addresses(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if isinstance(one, str) and (name == "uri" or name.endswith("url")):
                yield one
            yield from _addresses(one)
