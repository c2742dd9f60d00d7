"""Erasure in landing: every page that holds something of what is to be forgotten is rewritten without it."""

import re
from collections.abc import Callable

import msgspec
from zstandard import ZstdError

from extractors.errors import LandingUnreadable, PagesUnread
from extractors.landing import landing_files
from extractors.landing.pages import clean_page, numbers_in
from extractors.state.store import open_state
from rapport.config import Settings
from rapport.forgotten import Forgotten, OnNetwork
from rapport.links import Links

_PROGRESS_PAGES = 1000
# Up to this many ids it is faster to look for each in a page's bytes than to take all numbers out of the page.
_FEW = 50
# A letter or digit that is written as an escape: an id or a handle does not stand in these bytes as it is.
_ESCAPED = re.compile(rb"\\u00[3-7]")
_decode = msgspec.json.Decoder(msgspec.Raw).decode


def erase_from(settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> int:
    """Rewrites the landing pages that hold something of it. Returns how many pages were rewritten.

    Raises PagesUnread, once all others are done, if there are pages that can't be read.
    """
    rewritten = 0
    unread: list[str] = []
    keys = landing_files.keys(settings.landing_dir)
    links = Links(forgotten)
    with open_state(settings) as state:
        for number, key in enumerate(keys, start=1):
            of_network = forgotten.on(landing_files.network_of(key))
            try:
                if may_concern(settings, key, of_network, links):
                    rewritten += clean_page(state, settings.landing_dir, key, forgotten)
            except LandingUnreadable:
                unread.append(
                    str(landing_files.path_of(settings.landing_dir, key).relative_to(settings.home))
                )
            if number % _PROGRESS_PAGES == 0:
                on_progress(f"landing: {number} of {len(keys)} pages looked through, {rewritten} rewritten")
    landing_files.remove_leftovers(settings.landing_dir)
    on_progress(f"landing: {len(keys) - len(unread)} pages looked through, {rewritten} rewritten")
    if unread:
        on_progress(f"landing: {len(unread)} pages can't be read")
        raise PagesUnread(unread, rewritten)
    return rewritten


def may_concern(settings: Settings, key: str, forgotten: OnNetwork, links: Links) -> bool:
    """A quick look at the page's bytes. True for a page of its network that can't be read: `clean_page` raises for it.

    `links`: what leads to any of it, also from pages of other networks.
    """
    try:
        content = landing_files.unpacked(landing_files.path_of(settings.landing_dir, key))
    except (OSError, ZstdError):
        return bool(forgotten)
    if not forgotten:
        return _is_json(content) and links.may_be_shown(content)
    ids = forgotten.post_ids | forgotten.account_ids
    # a float may be written in more than one way
    if not all(object_id.isdigit() for object_id in ids):
        return True
    if not _is_json(content) or _ESCAPED.search(content) or b'"rejects"' in content:
        return True
    if links.may_be_shown(content):
        return True
    if any(handle.encode() in content.lower() for handle in forgotten.handles):
        return True
    if len(ids) <= _FEW:
        return any(object_id.encode() in content for object_id in ids)
    return bool(ids & numbers_in(content))


def _is_json(content: bytes) -> bool:
    """Whether the bytes are whole JSON in UTF-8: in another encoding an id stands there in other bytes."""
    try:
        content.decode()
        _decode(content)
    except ValueError:
        return False
    return True
