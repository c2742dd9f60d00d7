"""The way of a page into landing, and what an erasure makes of one that is there.

Whoever lands a page does it by `land`: nothing that was erased is written to disk again.
"""

import json
import re
from pathlib import Path
from typing import Any

from extractors.landing import landing_files
from extractors.landing.redaction import redact, without_places
from extractors.state import tombstones
from extractors.state.store import State
from rapport.forgotten import Forgotten, OnNetwork

_PLACES = (b'"geo"', b'"coordinates"', b'"place"', b'"places"')
_DIGITS = re.compile(rb"[0-9]+")


def land(
    state: State, landing_dir: Path, key: str, envelope: dict[str, Any], body: bytes, value: dict[str, Any]
) -> None:
    """Lands one page (`value` is `body` parsed) without anything that was erased, and without places.

    Tombstones are looked up before the write and after it: whoever erases at this moment has either put the
    tombstone before the second look, or finds the page on disk.
    """
    if not _is_utf8(body):  # no later step could read it, and no erasure would find an id in it
        body = dump(value)
    if any(name in body for name in _PLACES):
        bare = without_places(value)
        value, body = bare, dump(bare) if bare != value else body
    network = landing_files.network_of(key)
    erased = tombstones.erased(state).on(network)
    if erased and _may_concern(body, value, erased):
        clean = redact(envelope, value, erased)
        _put_new(state, erased, clean.forgotten)
        envelope = clean.envelope
        body = dump(clean.body) if clean.is_changed else body
    landing_files.write(landing_dir, key, envelope, body)
    now_erased = tombstones.erased(state)
    if now_erased.on(network) != erased:
        clean_page(state, landing_dir, key, now_erased)


def clean_page(state: State, landing_dir: Path, key: str, forgotten: Forgotten) -> bool:
    """Rewrites one landed page without what is to be forgotten. False if there was nothing of it on the page."""
    page = landing_files.read(landing_dir, key)
    of_network = forgotten.on(landing_files.network_of(key))
    clean = redact(page.envelope, page.body, of_network)
    if not clean.is_changed:
        return False
    _put_new(state, of_network, clean.forgotten)
    landing_files.write(landing_dir, key, clean.envelope, dump(clean.body))
    return True


def dump(body: dict[str, Any]) -> bytes:
    """The bytes of a body that was changed."""
    return json.dumps(body, ensure_ascii=True).encode()


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def numbers_in(content: bytes) -> set[str]:
    """Every run of digits in it: ids among them."""
    return {found.decode() for found in _DIGITS.findall(content)}


def _may_concern(body: bytes, value: dict[str, Any], erased: OnNetwork) -> bool:
    """Whether the page names any id that was erased (a quick look), or holds lines that were refused."""
    return "rejects" in value or bool(numbers_in(body) & (erased.post_ids | erased.account_ids))


def _put_new(state: State, known: OnNetwork, found: OnNetwork) -> None:
    """Tombstones for what a page has shown to go with what is forgotten."""
    post_ids, account_ids = found.post_ids - known.post_ids, found.account_ids - known.account_ids
    new = Forgotten.of(known.network, post_ids, account_ids)
    if new:
        tombstones.put(state, new, "goes with what was erased before", is_finished=True)
