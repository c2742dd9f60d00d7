"""The way of a page into landing, and what an erasure makes of one that is there.

Whoever lands a page does it by `land`: nothing that was erased is written to disk again.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from extractors.landing import landing_files, previews
from extractors.landing.redaction import (
    ERASED,
    NOTE,
    Redacted,
    redactor_of,
    without_places,
    without_queries,
)
from extractors.state import tombstones
from extractors.state.store import State
from extractors.translation import Translator, translator_of
from rapport.errors import RapportError
from rapport.forgotten import Forgotten, OnNetwork
from rapport.links import Links
from rapport.networks import NETWORKS

_PLACES = (b'"geo"', b'"coordinates"', b'"place"', b'"places"')
_NOTE = f'"{NOTE}"'.encode()
_DIGITS = re.compile(rb"[0-9]+")


def land(
    state: State, landing_dir: Path, key: str, envelope: dict[str, Any], body: bytes, value: dict[str, Any]
) -> None:
    """Lands one page (`value` is `body` parsed) without anything that was erased, without places, and without whom a
    program noted to have asked for.

    Tombstones are looked up before the write and after it: whoever erases at this moment has either put the
    tombstone before the second look, or finds the page on disk.
    """
    if not _is_utf8(body):  # no later step could read it, and no erasure would find an id in it
        body = dump(value)
    for names, without in ((_PLACES, without_places), ((_NOTE,), without_queries)):
        if any(name in body for name in names):
            bare = without(value)
            value, body = bare, dump(bare) if bare != value else body
    network = landing_files.network_of(key)
    erased = tombstones.erased(state)
    of_network = erased.on(network)
    if (of_network and _may_concern(body, value, of_network)) or (
        erased and Links(erased).may_be_shown(body)
    ):
        clean = _clean(network, envelope, value, erased)
        _put_new(state, of_network, clean.forgotten)
        envelope = clean.envelope
        body = dump(clean.body) if clean.is_changed else body
    landing_files.write(landing_dir, key, envelope, body)
    now_erased = tombstones.erased(state)
    if now_erased != erased:
        clean_page(state, landing_dir, key, now_erased)


def clean_page(state: State, landing_dir: Path, key: str, forgotten: Forgotten) -> bool:
    """Rewrites one landed page without what is to be forgotten. False if there was nothing of it on the page."""
    page = landing_files.read(landing_dir, key)
    network = landing_files.network_of(key)
    clean = _clean(network, page.envelope, page.body, forgotten)
    if not clean.is_changed:
        return False
    _put_new(state, forgotten.on(network), clean.forgotten)
    landing_files.write(landing_dir, key, clean.envelope, dump(clean.body))
    return True


def _clean(network: str, envelope: dict[str, Any], body: dict[str, Any], forgotten: Forgotten) -> Redacted:
    """The page without what is to be forgotten, and without previews of links to it, of whatever network it is."""
    of_network = forgotten.on(network)
    redact = redactor_of(network)
    clean = redact(envelope, body, of_network)
    found = clean.forgotten
    here = Forgotten.of(network, found.post_ids, found.account_ids, found.handles)
    if previews.remove(body, Links(forgotten | here)):
        clean = replace(redact(envelope, body, of_network), is_changed=True)
    return clean


# Where on a page the objects of a kind stand, by the section that raw names.
_LISTS = {
    ("post", "includes"): ("tweets", "posts"),
    ("user", "includes"): ("users",),
}


def take_out(
    state: State, landing_dir: Path, key: str, objects: Iterable[tuple[str, str, int, str | None]]
) -> None:
    """Rewrites one landed page without some objects: each by its kind, section, position and id, as raw names them.

    RapportError if one of them is not there: then nothing is taken out.
    """
    page = landing_files.read(landing_dir, key)
    body, envelope = page.body, dict(page.envelope)
    network = landing_files.network_of(key)
    translate = translator_of(network)
    find = partial(_translated, network, translate) if translate else _listed
    # All are found before one is taken out: what is gone may have shown where others are.
    places = [(place, find(envelope, body, *place)) for place in objects]
    for (kind, section, position, object_id), found in places:
        if not found:
            raise RapportError(
                f"{kind} {object_id or position} stands nowhere on the landing page {key}, and is not taken out",
                "load first: `rapport load`; what is refused then is listed by `rapport quarantine`",
            )
        is_new = False
        for value, instead in found:
            is_new |= value.get("erased") is not True
            value.clear()
            value.update(instead)
        if not is_new:
            continue
        envelope["erased_object_count"] = int(envelope.get("erased_object_count") or 0) + 1
        if section == "data" and isinstance(envelope.get("result_count"), int):
            # the network's own count, less what was taken out: completeness is measured against it
            envelope["result_count"] = max(envelope["result_count"] - 1, 0)
    land(state, landing_dir, key, envelope, dump(body), body)


# Objects of a page, each with what is to stand in its place.
_Found = list[tuple[dict[str, Any], dict[str, Any]]]


def _listed(
    envelope: dict[str, Any],
    body: dict[str, Any],
    kind: str,
    section: str,
    position: int,
    object_id: str | None,
) -> _Found:
    """What stands at a place of a page in raw's words. What is no JSON object is made one: it has no other place."""
    found: _Found = []
    place = body if section in ("data", "errors") else body.get(section)
    if not isinstance(place, dict):
        return found
    for name in _LISTS.get((kind, section), (section,)):
        objects = place.get(name)
        if isinstance(objects, dict) and position == 0:
            found.append((objects, ERASED))
        elif isinstance(objects, list) and position < len(objects) and _is_id(objects[position], object_id):
            if not isinstance(objects[position], dict):
                objects[position] = {}
            found.append((objects[position], ERASED))
    return found


def _translated(
    network: str,
    translate: Translator,
    envelope: dict[str, Any],
    body: dict[str, Any],
    kind: str,
    section: str,
    position: int,
    object_id: str | None,
) -> _Found:
    """What stands at a place of a page in its network's own words: the translator alone knows where that is.

    It may have made a copy, without the objects within: then the plain members tell which object it is.
    """
    found: _Found = []
    for one in translate(envelope, body):
        is_there = (one.kind, one.section, one.position) == (kind, section, position)
        if not is_there or not _is_id(one.common, object_id) or not isinstance(one.payload, dict):
            continue
        plain = _plain(one.payload)
        for value in _every(body):
            is_copied = plain and one.payload.keys() <= value.keys() and plain == _plain(value, plain)
            if value is one.payload or is_copied:
                found.append((value, _in_its_place(network, value)))
    return found


def _in_its_place(network: str, value: dict[str, Any]) -> dict[str, Any]:
    """An object that is gone, so that the translator still counts it: those behind it keep their positions."""
    if "acct" in value:  # its name, by which Mastodon's accounts are known
        return {"acct": ""} | ERASED
    uri, kind = value.get("uri"), value.get("type")
    is_address = isinstance(uri, str) and NETWORKS[network].is_post_id(uri)
    kept = {"uri": uri if is_address else ""} if "uri" in value else {}
    return kept | ({"type": kind} if isinstance(kind, str) else {}) | ERASED


def _plain(value: dict[str, Any], names: Iterable[str] | None = None) -> dict[str, Any]:
    """Members that are no lists or objects; of the names, if they are given."""
    return {
        name: value[name]
        for name in (value if names is None else names)
        if not isinstance(value[name], dict | list)
    }


def _every(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in it. Nothing recurses: threads are deep."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            yield here
        if isinstance(here, dict | list):
            waiting += here.values() if isinstance(here, dict) else here


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
