"""What landing holds about somebody: the objects of the pages that the networks sent, as they came."""

from collections.abc import Collection, Iterator
from typing import Any

from extractors.errors import LandingUnreadable
from extractors.landing import landing_files
from extractors.landing.erasing import may_concern
from rapport.config import Settings
from rapport.forgotten import OnNetwork
from rapport.held import Held, Subject
from rapport.links import Links

_NAMED = {"id", "id_str", "uri", "did"}
_TELLING = {
    "text",
    "content",
    "record",
    "username",
    "handle",
    "acct",
    "sender_id",
    "event_type",
    "author_id",
    "post",
}


def tell(settings: Settings, subject: Subject) -> Iterator[Held]:
    """Every page with posts, profiles or messages of the person, or with posts that name them, and these objects.

    A page that can't be read is named: what is in it, nobody knows.
    """
    links = Links(subject.about)
    for key in landing_files.keys(settings.landing_dir):
        about = subject.about.on(landing_files.network_of(key))
        if not may_concern(settings, key, about, links):
            continue
        path = landing_files.path_of(settings.landing_dir, key)
        place = str(path.relative_to(settings.home))
        try:
            page = landing_files.read(settings.landing_dir, key)
        except LandingUnreadable:
            yield Held(place, "a page that can't be read", "its envelope can't be read either", [])
            continue
        objects = objects_about(page.body, about, links) or _refused(page.body, about)
        if objects:
            yield Held(
                place,
                "posts, profiles and messages, as they were sent",
                str(page.envelope.get("endpoint") or page.envelope.get("source")),
                objects,
                str(page.envelope.get("fetched_at")),
            )


def objects_about(body: Any, about: OnNetwork, links: Links) -> list[dict[str, Any]]:
    """The posts, profiles and messages of a page that are of somebody, name them, or have a link to them; none stands
    within another."""
    ids = about.post_ids | about.account_ids
    found: list[dict[str, Any]] = []
    _visit(body, ids, about, links, found)
    return found


def _refused(body: Any, about: OnNetwork) -> list[dict[str, Any]]:
    """Lines that were refused, as far as they hold an id or a handle: they may be cut anywhere."""
    lines = body.get("rejects", []) if isinstance(body, dict) else []
    sought = about.post_ids | about.account_ids
    said = [(str(line), line) for line in lines]
    return [
        line
        for text, line in said
        if any(one in text.lower() for one in sought) or about.mask_words(text) != text
    ]


def _told(value: dict[str, Any]) -> Iterator[Any]:
    """The values of an object that may say who somebody is: no counts and places, which look like ids."""
    for name, one in value.items():
        if isinstance(one, int | float):
            if name.endswith("id") and not isinstance(one, bool):
                yield str(one)
        elif name != "count" and not name.endswith("_count"):
            yield one


def _visit(
    value: Any, ids: Collection[str], about: OnNetwork, links: Links, found: list[dict[str, Any]]
) -> bool:
    """Whether a string outside of any object within names the person; objects that do are put in the list."""
    if isinstance(value, str):
        return value in ids or about.mask(value) != value or ("/" in value and links.leads(value))
    inner: list[dict[str, Any]] = []
    values = _told(value) if isinstance(value, dict) else value if isinstance(value, list) else ()
    is_named = False
    for one in values:  # each of them: an object may stand in any
        is_named |= _visit(one, ids, about, links, inner)
    if is_named and isinstance(value, dict) and _NAMED & value.keys() and _TELLING & value.keys():
        found.append(value)
        return False
    found.extend(inner)
    return is_named
