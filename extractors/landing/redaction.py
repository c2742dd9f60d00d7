"""A landed page without what is to be forgotten. Pure functions over parsed JSON, whatever the page's shape.

Pages of networks that have words of their own are cleaned by extractors/<network>/redaction.py.

A forgotten object is replaced by `{"id": …, "erased": true}`, wherever it stands on the page. So the number of objects
stays the same, and reading the page again brings nothing back.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any
from urllib.parse import unquote_plus

from extractors.translation import Translator
from rapport.forgotten import OnNetwork
from rapport.networks import NETWORKS

Object = dict[str, Any]

# Any of these makes a JSON object with an id more than a reference to one.
_POST_MEMBERS = {"text", "full_text", "author_id", "sender_id", "created_at", "note_tweet", "note_post"}
_USER_MEMBERS = {"username", "screen_name", "name", "description", "public_metrics"}
_HISTORIES = ("edit_history_tweet_ids", "edit_history_post_ids")
# Of a post (`place` and `coordinates` in the API v1.1), and the places of a page's includes.
_PLACES = ("geo", "coordinates", "place", "places")
_REFERENCES = ("referenced_tweets", "referenced_posts")
# Of a search on X what is no name, whatever somebody is called: docs.x.com/x-api/posts/search/integrate/operators.
_OPERATORS = (
    "bio", "bio_location", "bio_name", "bounding_box", "context", "conversation_id", "entity", "followers_count",
    "following_count", "from", "has", "in_reply_to_tweet_id", "is", "lang", "list", "listed_count",
    "place", "place_country", "point_radius", "profile_country", "profile_locality", "profile_region",
    "quotes_of_tweet_id", "retweets_of", "retweets_of_tweet_id", "sample", "source", "to", "tweets_count", "url",
    "url_contains", "url_description", "url_title",
)  # fmt: skip
_OPERATOR = re.compile(rf"\b(?:{'|'.join(_OPERATORS)})(?=:)|(?<![:@])\bOR\b")
# Of a partial error what is in words of the network.
_WORDS_OF_ERRORS = ("resource_type", "parameter", "section", "title", "type")
# What twarc adds to what it fetched: when, and by which address. It says there of whom it asked, in the query, and with
# one endpoint in the path.
NOTE = "__twarc"
_BY_NAME = re.compile(r"(?<=/by/username/)[^/?#]+")
# What stands in the place of an object that is gone, beside its id.
ERASED = {"erased": True}


@dataclass(frozen=True)
class Redacted:
    """A page as it may be kept. `forgotten`: what was to be forgotten, with all that goes with it on this page."""

    envelope: Object
    body: Object
    is_changed: bool
    forgotten: OnNetwork


def redactor_of(network: str) -> Callable[[Object, Object, OnNetwork], Redacted]:
    """What takes out of a network's pages what is to be forgotten: `redact`, where they are in raw's words."""
    known = NETWORKS.get(network)
    if known is None or not known.is_translated:
        return redact
    own: Callable[[Object, Object, OnNetwork], Redacted]
    own = import_module(f"extractors.{network}.redaction").redact
    return own


def redact(envelope: Object, body: Object, forgotten: OnNetwork) -> Redacted:
    """The page without the posts and accounts of its network that are forgotten.

    With them go every version of an edited post, posts and messages of the account, and reposts (they repeat
    the text). A reply or a quote stays; in its text only the account's handle is masked. Refused lines of files
    lose their content, unless it can be read and nothing in it is forgotten.
    """
    if not forgotten:
        return Redacted(envelope, body, False, forgotten)
    forgotten = with_related(body, forgotten)
    erased_before = _stubs(body)
    clean_body = {
        name: [_reject(line, forgotten) for line in value]
        if name == "rejects" and isinstance(value, list)
        else _errors(value, forgotten)
        if name == "errors"
        else _member(name, value, forgotten, forgotten.mask)
        for name, value in body.items()
    }
    clean_envelope = without_names(envelope, forgotten.mask_words)
    erased = _stubs(clean_body) - erased_before
    if erased:
        clean_envelope["erased_object_count"] = int(envelope.get("erased_object_count") or 0) + erased
        # The network's own count, less what was taken out: completeness is measured against it.
        own = _stubs(clean_body.get("data")) - _stubs(body.get("data"))
        if isinstance(envelope.get("result_count"), int):
            clean_envelope["result_count"] = max(envelope["result_count"] - own, 0)
    is_changed = clean_body != body or clean_envelope != envelope
    return Redacted(clean_envelope, clean_body, is_changed, forgotten)


def without_names(envelope: Object, mask: Callable[[str], str]) -> Object:
    """An envelope in which the network was asked for nobody that is forgotten. All else in it is our own words, and
    figures hang on them: somebody's handle may be "mentions", or the name of a client."""
    clean = dict(envelope)
    asked = envelope.get("parameters")
    if isinstance(asked, dict):
        clean["parameters"] = {
            name: value
            if name == "expansions" or name.endswith(".fields")
            else _without_names(value, mask, is_search=name == "query")
            for name, value in asked.items()
        }
    if "target" in envelope:  # a search, an account, a file
        clean["target"] = _without_names(envelope["target"], mask, is_search=True)
    if "source_path" in envelope:
        clean["source_path"] = _without_names(envelope["source_path"], mask)
    endpoint = envelope.get("endpoint")
    if envelope.get("source") == "file" and isinstance(endpoint, str) and _asks_for(endpoint, mask):
        clean["endpoint"] = bare(endpoint)
    return clean


def _without_names(value: Any, mask: Callable[[str], str], *, is_search: bool = False) -> Any:
    """The same of one value; in a search its operators stay."""
    if isinstance(value, list):
        return [_without_names(element, mask, is_search=is_search) for element in value]
    if not isinstance(value, str):
        return value
    masked = mask(value)  # as long as it was
    for found in _OPERATOR.finditer(value) if is_search else ():
        masked = masked[: found.start()] + found[0] + masked[found.end() :]
    return masked


def fewer_results(translate: Translator, envelope: Object, body: Object, clean_body: Object) -> int:
    """How many of the results that a page of a network with words of its own says it holds were taken out."""

    def count(some: Object) -> int:
        return sum(
            item.section == "data" and item.kind != "error"
            for item in translate(envelope, some)
            if item.common.get("erased") is not True
        )

    return count(body) - count(clean_body)


def without_places(value: Any) -> Any:
    """The same without the places where posts were written: no measure needs them, and authors may erase them."""

    def placeless(some: Object) -> Object:
        return {
            name: member
            for name, member in some.items()
            if not (name in _PLACES and isinstance(member, dict | list))
        }

    return _of_each_object(value, placeless)


def bare(url: str) -> str:
    """An address of the API without what was asked for there."""
    return _BY_NAME.sub(":username", url.partition("?")[0])


def without_queries(value: Any) -> Any:
    """The same without what twarc asked for: of that nothing needs more than the endpoint."""

    def unasked(some: Object) -> Object:
        note = some.get(NOTE)
        if isinstance(note, dict) and isinstance(note.get("url"), str):
            return some | {NOTE: note | {"url": bare(note["url"])}}
        return some

    return _of_each_object(value, unasked)


def _of_each_object(value: Any, change: Callable[[Object], Object]) -> Any:
    """The same with each object in it changed, the outer before what is in it."""
    if isinstance(value, list):
        return [_of_each_object(element, change) for element in value]
    if not isinstance(value, dict):
        return value
    return {name: _of_each_object(member, change) for name, member in change(value).items()}


def with_related(body: Any, forgotten: OnNetwork) -> OnNetwork:
    """What is to be forgotten, with all that goes with it on this page: posts, versions, reposts, handles."""
    while True:
        posts = set(forgotten.post_ids)
        handles = set(forgotten.handles)
        for found in _objects(body):
            object_id = _id(found)
            if _is_forgotten_post(found, forgotten):
                posts.update({object_id} | _versions(found))
            handle = found.get("username") or found.get("screen_name")
            if object_id in forgotten.account_ids and isinstance(handle, str):
                handles.add(handle.lower())
        if posts == forgotten.post_ids and handles == forgotten.handles:
            return forgotten
        forgotten = replace(forgotten, post_ids=frozenset(posts), handles=frozenset(handles))


def _objects(value: Any) -> Iterator[Object]:
    """Every JSON object in it that has an id."""
    if isinstance(value, dict):
        if _id(value):
            yield value
        for member in value.values():
            yield from _objects(member)
    elif isinstance(value, list):
        for element in value:
            yield from _objects(element)


def _is_forgotten_post(candidate: Object, forgotten: OnNetwork) -> bool:
    if not _POST_MEMBERS & candidate.keys():
        return False
    author = str(candidate.get("author_id") or candidate.get("sender_id") or "")
    return bool(
        _id(candidate) in forgotten.post_ids
        or author in forgotten.account_ids
        or _versions(candidate) & forgotten.post_ids
        or _is_repost_of(candidate, forgotten)
    )


def _is_repost_of(candidate: Object, forgotten: OnNetwork) -> bool:
    references = [ref for name in _REFERENCES for ref in _list(candidate.get(name)) if isinstance(ref, dict)]
    reposted = {_id(ref) for ref in references if ref.get("type") == "retweeted"}
    if reposted & forgotten.post_ids:
        return True
    text = str(candidate.get("full_text") or candidate.get("text") or "")
    if not text.startswith("RT @"):
        return False
    # "RT @handle: what they said": whom it repeats is the first mention, and files may name no post.
    entities = candidate.get("entities")
    mentions = _list(entities.get("mentions")) if isinstance(entities, dict) else []
    first = next((m for m in mentions if isinstance(m, dict) and m.get("start") == 3), {})
    handle = text[4:].split(":", 1)[0].strip().lower()
    return _id(first) in forgotten.account_ids or handle in forgotten.handles


def _clean(value: Any, forgotten: OnNetwork, mask: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_clean(element, forgotten, mask) for element in value if not _names_only(element, forgotten)]
    if isinstance(value, str):
        return mask(value)
    if not isinstance(value, dict):
        return value
    if value.get("erased") is True:
        return value
    object_id = _id(value)
    if _is_forgotten_post(value, forgotten):
        return _stub(value)
    if object_id in forgotten.account_ids and "start" not in value and _USER_MEMBERS & value.keys():
        return _stub(value)
    handle = str(value.get("username") or value.get("screen_name") or "").lower()
    if "start" in value and (object_id in forgotten.account_ids or handle in forgotten.handles):
        # A mention in somebody else's text: where it stands and of whom, without the name.
        return {name: value[name] for name in ("start", "end", "id") if name in value}
    return {name: _member(name, member, forgotten, mask) for name, member in value.items()}


def _member(name: str, value: Any, forgotten: OnNetwork, mask: Callable[[str], str]) -> Any:
    clean = _clean(value, forgotten, mask)
    url = clean.get("url") if name == NOTE and isinstance(clean, dict) else None
    # Nothing needs the query: where it names somebody, all of it goes.
    if isinstance(url, str) and _asks_for(value["url"], forgotten.mask_words):
        return clean | {"url": bare(url)}
    return clean


def _asks_for(url: str, mask: Callable[[str], str]) -> bool:
    """Whether an address of the API asks for somebody who is forgotten."""
    path, _, query = url.partition("?")
    asked = " ".join(map(unquote_plus, [*_BY_NAME.findall(path), query]))
    return mask(asked) != asked


def _errors(value: Any, forgotten: OnNetwork) -> Any:
    """Partial errors: what they say in words, and the value that was asked for, may name somebody."""
    if not isinstance(value, list):
        return _clean(value, forgotten, forgotten.mask_words)
    return [_error(one, forgotten) for one in value if not _names_only(one, forgotten)]


def _error(given: Any, forgotten: OnNetwork) -> Any:
    clean = _clean(given, forgotten, forgotten.mask_words)
    if isinstance(given, dict):
        clean |= {name: given[name] for name in _WORDS_OF_ERRORS if name in clean}
    return clean


def _names_only(element: Any, forgotten: OnNetwork) -> bool:
    """Whether it is a mention that says by the handle alone whom it names: without it, it names nobody."""
    if not isinstance(element, dict) or "start" not in element or _id(element):
        return False
    return str(element.get("username") or element.get("screen_name") or "").lower() in forgotten.handles


def _stub(erased: Object) -> Object:
    kept = {name: erased[name] for name in ("type",) if isinstance(erased.get(name), str)}
    return {**kept, "id": _id(erased), **ERASED}


def _reject(line: Any, forgotten: OnNetwork) -> Any:
    """A refused line. Of a line that was cut nobody can say whose text it holds: its content goes."""
    if not isinstance(line, dict):
        return line
    if isinstance(line.get("source_path"), str):
        line = line | {"source_path": forgotten.mask_words(line["source_path"])}
    content = line.get("content")
    if not isinstance(content, str):
        return line
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return {**line, "content": None}
    is_clean = _clean(value, with_related(value, forgotten), forgotten.mask_words) == value
    return line if is_clean else {**line, "content": None}


def _stubs(value: Any) -> int:
    """How many objects in it are erased."""
    if isinstance(value, dict):
        return 1 if value.get("erased") is True else sum(map(_stubs, value.values()))
    return sum(map(_stubs, value)) if isinstance(value, list) else 0


def _id(value: Object) -> str:
    found = value.get("id") or value.get("id_str")
    # a float is no id, but somebody's post may have got one as its id, and be erased by it
    return str(found) if isinstance(found, str | int | float) else ""


def _versions(value: Object) -> set[str]:
    return {str(version) for name in _HISTORIES for version in _list(value.get(name))}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
