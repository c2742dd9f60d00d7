"""A landed page of Bluesky without what is to be forgotten. Pure functions over parsed JSON.

A forgotten post, repost or account is replaced by its id and `"erased": true`, wherever it stands, so a thread around
it stays in one piece. Addresses of records and DIDs are ids and stay; what a forgotten account is called goes from
every text.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from extractors.bluesky.listed import READ
from extractors.bluesky.objects import translated
from extractors.bluesky.records import (
    INVALID_HANDLE,
    POSTS,
    REPOSTS,
    account_in,
    collection_of,
    rows,
    table,
)
from extractors.landing.redaction import ERASED, Redacted, fewer_results, without_names
from rapport.forgotten import OnNetwork

Json = dict[str, Any]
# Any of these makes something with an address more than a reference to it.
_POST_MEMBERS = {"author", "record", "value"}


def redact(envelope: Json, body: Json, forgotten: OnNetwork) -> Redacted:
    """The page without the posts and accounts that are forgotten, and without reposts of these.

    An answer or a quote stays; in its text only the account's handle is masked.
    """
    if not forgotten:
        return Redacted(envelope, body, False, forgotten)
    forgotten = _with_related(body, forgotten)
    # A name in an error's message may stand without its @.
    mask = forgotten.mask_words if "error" in body else forgotten.mask
    clean_body = _clean(body, forgotten, mask)
    if _is_forgotten_account(body, forgotten):  # the answer to a look-up of one
        clean_body = {"did": body["did"], **ERASED}
    clean_envelope = without_names(envelope, forgotten.mask_words)
    if clean_body != body:
        if erased := _erased_count(envelope, clean_body) - _erased_count(envelope, body):
            clean_envelope["erased_object_count"] = int(envelope.get("erased_object_count") or 0) + erased
        if isinstance(envelope.get("result_count"), int):
            # The network's own count, less what was taken out: completeness is measured against it.
            fewer = fewer_results(translated, envelope, body, clean_body)
            clean_envelope["result_count"] = max(envelope["result_count"] - fewer, 0)
    is_changed = clean_body != body or clean_envelope != envelope
    return Redacted(clean_envelope, clean_body, is_changed, forgotten)


def _with_related(body: Json, forgotten: OnNetwork) -> OnNetwork:
    """What is to be forgotten, with what goes with it on this page: posts of an account, reposts, handles."""
    posts, handles = set(forgotten.post_ids), set(forgotten.handles)
    while True:
        known = replace(forgotten, post_ids=frozenset(posts), handles=frozenset(handles))
        for found in _objects(body):
            if _is_forgotten_post(found, known) and collection_of(found["uri"]) in (POSTS, REPOSTS):
                posts.add(found["uri"])
            if _is_forgotten_account(found, known) and isinstance(found.get("handle"), str):
                handles |= {found["handle"].lower()} - {INVALID_HANDLE}
            if _is_forgotten_repost(found, known):
                posts.add(found["reason"]["uri"])
        if posts == known.post_ids and handles == known.handles:
            return known


def _objects(value: Any) -> Iterator[Json]:
    """Every JSON object in it. Nothing recurses: threads are deep."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            yield here
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here


def _is_forgotten_post(candidate: Json, forgotten: OnNetwork) -> bool:
    """Whether it is a post, or a bare record of any kind, that is forgotten or repeats what is."""
    uri = candidate.get("uri")
    kind, value = collection_of(uri), table(candidate.get("value"))
    is_shown = "creator" in candidate  # a list, a feed or a pack, as a post that embeds it shows it
    if (
        not (kind == POSTS and _POST_MEMBERS & candidate.keys())
        and not (kind in READ and value)
        and not is_shown
    ):
        return False
    author = table(candidate.get("author")).get("did") or account_in(uri)
    reposted = table(value.get("subject")).get("uri") if kind == REPOSTS else None
    return bool({uri, reposted} & forgotten.post_ids) or author in forgotten.account_ids


def _is_forgotten_account(candidate: Json, forgotten: OnNetwork) -> bool:
    return "handle" in candidate and candidate.get("did") in forgotten.account_ids


def _is_forgotten_repost(candidate: Json, forgotten: OnNetwork) -> bool:
    """Whether it is an item of a feed that shows a post because somebody reposted it."""
    reason, post = table(candidate.get("reason")), table(candidate.get("post"))
    if not isinstance(reason.get("uri"), str):
        return False
    by = table(reason.get("by")).get("did") or account_in(reason["uri"])
    return (
        reason["uri"] in forgotten.post_ids
        or by in forgotten.account_ids
        or _is_forgotten_post(post, forgotten)
    )


def _clean(value: Any, forgotten: OnNetwork, mask: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        cleaned = []
        for element in value:
            cleaned.append(_clean(element, forgotten, mask))
        return cleaned
    if not isinstance(value, dict) or value.get("erased") is True:
        return value
    if _is_forgotten_post(value, forgotten):
        # that somebody was told of it, and why, says of which kind it was
        return {name: value[name] for name in ("uri", "reason") if name in value} | ERASED
    if _is_forgotten_account(value, forgotten):
        return {"did": value["did"], **ERASED}
    clean: Json = {}
    for name, member in _without_mentions(value, forgotten).items():
        clean[name] = _clean(member, forgotten, mask)
    if _is_forgotten_repost(value, forgotten):
        clean["reason"] = {"uri": value["reason"]["uri"], **ERASED}
    return clean


def _without_mentions(record: Json, forgotten: OnNetwork) -> Json:
    """A record whose text shows nothing at the places where it mentions who is forgotten.

    What somebody was called when it was written, nothing else need say by now. The text keeps its length in bytes.
    """
    text = record.get("text")
    if not isinstance(text, str) or not isinstance(record.get("facets"), list):
        return record
    content = text.encode(errors="surrogatepass")
    for facet in rows(record["facets"]):
        if any(feature.get("did") in forgotten.account_ids for feature in rows(facet.get("features"))):
            content = _underscored(content, table(facet.get("index")))
    return record | {"text": content.decode(errors="surrogatepass")}


def _underscored(content: bytes, index: Json) -> bytes:
    start, end = index.get("byteStart"), index.get("byteEnd")
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(content)):
        return content
    start += content[start:end].startswith(b"@")
    masked = content[:start] + b"_" * (end - start) + content[end:]
    try:
        masked.decode(errors="surrogatepass")
    except UnicodeDecodeError:  # it begins or ends within a character: no program shows it as a mention
        return content
    return masked


def _erased_count(envelope: Json, body: Json) -> int:
    """How many objects of a page are erased."""
    return sum(item.common.get("erased") is True for item in translated(envelope, body))
