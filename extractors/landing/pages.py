"""The way of a page into landing, and what an erasure makes of one that is there.

Whoever lands a page does it by `land`: nothing that was erased is written to disk again.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from extractors.landing import landing_files
from extractors.landing.redaction import ERASED, redactor_of, without_places
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
        clean = redactor_of(network)(envelope, value, erased)
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
    network = landing_files.network_of(key)
    of_network = forgotten.on(network)
    clean = redactor_of(network)(page.envelope, page.body, of_network)
    if not clean.is_changed:
        return False
    _put_new(state, of_network, clean.forgotten)
    landing_files.write(landing_dir, key, clean.envelope, dump(clean.body))
    return True


# Where on a page the objects of a kind stand, by the section that raw names.
_LISTS = {
    ("post", "includes"): ("tweets", "posts"),
    ("user", "includes"): ("users",),
}


def take_out(
    state: State, landing_dir: Path, key: str, objects: Iterable[tuple[str, str, int, str | None]]
) -> None:
    """Rewrites one landed page without some objects: each by its kind, section, position and id, as raw names them."""
    page = landing_files.read(landing_dir, key)
    body, envelope = page.body, dict(page.envelope)
    for kind, section, position, object_id in objects:
        place = body if section in ("data", "errors") else body.get(section)
        if not isinstance(place, dict):
            continue
        for name in _LISTS.get((kind, section), (section,)):
            found = place.get(name)
            if isinstance(found, dict) and position == 0:
                place[name] = dict(ERASED)
            elif isinstance(found, list) and position < len(found) and _is_id(found[position], object_id):
                found[position] = dict(ERASED)
            else:
                continue
            envelope["erased_object_count"] = int(envelope.get("erased_object_count") or 0) + 1
            if section == "data" and isinstance(envelope.get("result_count"), int):
                # the network's own count, less what was taken out: completeness is measured against it
                envelope["result_count"] = max(envelope["result_count"] - 1, 0)
    land(state, landing_dir, key, envelope, dump(body), body)


def _is_id(found: Any, object_id: str | None) -> bool:
    """Whether it may be the object of that id; what has none that can be compared may be any."""
    known = found.get("id") if isinstance(found, dict) else None
    return object_id is None or not isinstance(known, str | int) or str(known)[:200] == object_id


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
    ids = erased.post_ids | erased.account_ids
    return (
        "rejects" in value
        or bool(numbers_in(body) & ids)
        or not all(object_id.isdigit() for object_id in ids)  # a float may be written in more than one way
    )


def _put_new(state: State, known: OnNetwork, found: OnNetwork) -> None:
    """Tombstones for what a page has shown to go with what is forgotten."""
    post_ids, account_ids = found.post_ids - known.post_ids, found.account_ids - known.account_ids
    new = Forgotten.of(known.network, post_ids, account_ids)
    if new:
        tombstones.put(state, new, "goes with what was erased before", is_finished=True)
