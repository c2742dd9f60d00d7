"""What an account's export holds, ActivityPub's objects, in the words of schema raw. Pure.

An export has the activities of one account: posts (Create) and boosts (Announce). What a post answers stands in it as
an address that everybody knows, so parents are known for ever. https://www.w3.org/TR/activitypub, and
https://docs.joinmastodon.org/spec/activitypub
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

from extractors.mastodon.entities import Json, moment, objects, text
from extractors.mastodon.html_text import Text, text_of
from extractors.translation import Translated

Kind = Literal["post", "user"]
Section = Literal["data", "includes"]

_PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
_ACTORS = {"Person", "Service", "Application", "Group", "Organization"}
_BOTS = {"Service", "Application"}
# What is a post where somebody creates it.
_POSTS = {"Note", "Question", "Article", "Page", "Image", "Video", "Audio", "Event"}
TAKEN = {"Create", "Announce", *_POSTS}
_OTHERS = {
    "Update",
    "Delete",
    "Like",
    "Follow",
    "Accept",
    "Reject",
    "Add",
    "Remove",
    "Undo",
    "Block",
    "Flag",
    "Move",
}
# Where the name of an account stands in its address, by the servers that are about.
_NAME_IN_ADDRESS = re.compile(r"/(?:@|users/|user/|u/|profile/|author/|accounts/|actors/|channel/)([^/@]+)/?")
# The first that is there counts; older ones say nothing of whether the quoted author agreed.
_QUOTES = ("quote", "quoteUrl", "quoteUri", "_misskey_quote")
# What is in an export and says nothing of who somebody is.
_LEFT_OF_ACTOR = ("publicKey", "assertionMethod", "inbox", "outbox", "endpoints", "devices")


def is_actor(value: Json) -> bool:
    """Whether it says who an account is."""
    return text(value.get("type")) in _ACTORS and "preferredUsername" in value and "id" in value


def is_activity(value: Json) -> bool:
    """Whether it is something that an account did, or a post."""
    kind = text(value.get("type"))
    if kind in _POSTS:
        return "id" in value and "attributedTo" in value
    return kind in TAKEN | _OTHERS and "actor" in value and "object" in value


def is_public(value: Json) -> bool:
    """Whether everybody may read it: what it does and what it does that to."""
    inner = value.get("object")
    is_open = bool(_PUBLIC & {*_addresses(value.get("to")), *_addresses(value.get("cc"))})
    if value.get("type") == "Create" and isinstance(inner, dict):
        return is_open and is_public(inner)
    return is_open


def own(value: Json) -> Json:
    """The object as it is kept: of a boost only what it names, of an account only who it is."""
    kept = {
        name: member
        for name, member in value.items()
        if name not in ("@context", "signature", *_LEFT_OF_ACTOR)
    }
    if value.get("type") == "Announce" and isinstance(value.get("object"), dict):
        kept["object"] = value["object"].get("id")
    return kept


def translated(body: Json) -> Iterator[Translated]:
    """All that is in `orderedItems`; `actor`, if it is there, is whose export it is."""
    positions: Counter[tuple[Kind, Section]] = Counter()
    for kind, section, common, item in found(body):
        yield Translated(kind, section, positions[kind, section], _told(common), own(item))
        positions[kind, section] += 1


def found(body: Json) -> Iterator[tuple[Kind, Section, Json, Json]]:
    """(kind, section, common, item as it stands in the body) of all that is read."""
    items = objects(body.get("orderedItems"))
    names = names_in(body)
    posts = {text(post.get("id")): post for post in map(post_in, items) if post is not None}
    for item in items:
        post = post_in(item)
        if item.get("erased") is True:  # it keeps its place
            yield "user" if text(item.get("type")) in _ACTORS else "post", "data", {}, item
        elif is_actor(item):
            yield "user", "data", _user(item, names), item
        elif item.get("type") == "Announce":
            yield "post", "data", _boost(item, names), item
        elif post is not None:
            yield "post", "data", _post(post, item, names, posts), item
    for actor in objects(body.get("actor")):
        yield "user", "includes", {} if actor.get("erased") is True else _user(actor, names), actor


def _account_of(address: Any, names: dict[str, str]) -> str | None:
    """`name@host` of the account at an address; None where its address does not say."""
    address = _address(address)
    if address in names:
        return names[address]
    parts = urlsplit(address)
    named = _NAME_IN_ADDRESS.fullmatch(parts.path)
    return f"{named[1]}@{parts.netloc}".lower() if named and parts.netloc else None


def names_in(body: Json) -> dict[str, str]:
    """Address of each account that the page shows → `name@host`."""
    known = {}
    for actor in (*objects(body.get("actor")), *filter(is_actor, objects(body.get("orderedItems")))):
        if actor.get("erased") is True:
            continue
        told = text(actor.get("webfinger")).removeprefix("acct:").lstrip("@")
        address = text(actor.get("id"))
        known[address] = (told or f"{actor.get('preferredUsername')}@{urlsplit(address).netloc}").lower()
    return known


def _user(actor: Json, names: dict[str, str]) -> Json:
    who = _account_of(actor.get("id"), names)
    return {
        "id": who,
        "username": who,
        "name": text(actor.get("name")) or actor.get("preferredUsername"),
        "description": text_of(text(actor.get("summary"))).text,
        "created_at": actor.get("published"),
        "url": _address(actor.get("url")) or None,
        "is_bot": text(actor.get("type")) in _BOTS,
    }


def _boost(item: Json, names: dict[str, str]) -> Json:
    return {
        "id": item.get("id"),
        "author_id": _account_of(item.get("actor"), names),
        "created_at": item.get("published"),
        "conversation_id": item.get("id"),
        "referenced_tweets": [{"type": "retweeted", "id": _address(item.get("object")) or None}],
    }


def post_in(item: Json) -> Json | None:
    """The post that an activity creates, or that stands alone."""
    inner = item.get("object") if item.get("type") == "Create" else item
    return inner if isinstance(inner, dict) and text(inner.get("type")) in _POSTS else None


def _post(post: Json, item: Json, names: dict[str, str], posts: dict[str, Json]) -> Json:
    parent = _address(post.get("inReplyTo"))
    shown, mentions = _words(post, names)
    references = [("replied_to", parent), ("quoted", _quoted(post))]
    return {
        "id": post.get("id"),
        "author_id": _account_of(post.get("attributedTo") or item.get("actor"), names),
        "created_at": post.get("published") or item.get("published"),
        "text": shown,
        "lang": _language(post),
        "conversation_id": _topmost(post, posts),
        "in_reply_to_user_id": _answered(post, parent, names, posts),
        "referenced_tweets": [{"type": kind, "id": uri} for kind, uri in references if uri],
        "entities": {"mentions": mentions},
        "public_metrics": _counts(post),
        "edited_at": moment(post.get("updated")),
    }


def _words(post: Json, names: dict[str, str]) -> tuple[str, list[Json]]:
    """The text, with the warning or the title before it, and the mentions with their places in it."""
    in_languages = post.get("contentMap")
    html = text(post.get("content")) or text(next(iter(_table(in_languages).values()), ""))
    quoted = any(post.get(name) for name in _QUOTES)
    content = text_of(html, without_quoted=quoted)
    ahead = text_of(text(post.get("summary")) or text(post.get("name"))).text.strip()
    if ahead and content.text:
        ahead += "\n\n"
    return ahead + content.text, list(_mentions(post, content, len(ahead), names))


def _mentions(post: Json, content: Text, ahead: int, names: dict[str, str]) -> Iterator[Json]:
    left = list(content.links)
    for tag in objects(post.get("tag")):
        account = mentioned(tag, names)
        if account is None:
            continue
        name, _, host = account.partition("@")
        said = (f"@{name}", f"@{account}")
        named = [
            link
            for link in left
            if content.text[link.start : link.end].lower() in said
            and (
                link.href == tag.get("href")
                or host in urlsplit(link.href).netloc
                or link.href.endswith(said[1])
            )
        ]
        left = [link for link in left if link not in named]
        places = [{"start": ahead + link.start, "end": ahead + link.end} for link in named]
        # Somebody may be addressed whose name does not stand in the text.
        yield from ({**place, "username": account, "id": account} for place in places or [{}])


def mentioned(tag: Json, names: dict[str, str]) -> str | None:
    """Whom a mention names: its name says the host, unless that is the server's own."""
    if tag.get("type") != "Mention":
        return None
    address = text(tag.get("href"))
    name = text(tag.get("name")).lstrip("@").lower()
    if address in names or not name:
        return _account_of(address, names)
    host = urlsplit(address).netloc.lower()
    return name if "@" in name else (f"{name}@{host}" if host else None)


def _answered(post: Json, parent: str, names: dict[str, str], posts: dict[str, Json]) -> str | None:
    """Who wrote the parent: the page shows it, or its address begins with that of somebody who is known here."""
    if not parent:
        return None
    if parent in posts:
        return _account_of(posts[parent].get("attributedTo"), names)
    named = {text(tag.get("href")): mentioned(tag, names) for tag in objects(post.get("tag"))}
    author = _address(post.get("attributedTo"))
    known = {address: who for address, who in named.items() if who} | {author: _account_of(author, names)}
    return next((who for address, who in known.items() if address and parent.startswith(f"{address}/")), None)


def _topmost(post: Json, posts: dict[str, Json]) -> str | None:
    """The uri of the topmost post above it, as far as the page shows the way there."""
    here, been = post, set()
    while parent := _address(here.get("inReplyTo")):
        been.add(text(here.get("id")))
        if parent not in posts or parent in been:
            return None
        here = posts[parent]
    return text(here.get("id")) or None


def _quoted(post: Json) -> str:
    """The post that it quotes, if whoever wrote that has agreed, as far as the post says."""
    for name in _QUOTES:
        quoted = _address(post.get(name))
        if quoted:
            author = _address(post.get("attributedTo"))
            is_own = bool(author) and quoted.startswith(f"{author}/")
            return quoted if name != "quote" or post.get("quoteAuthorization") or is_own else ""
    return ""


def _language(post: Json) -> str | None:
    languages = list(_table(post.get("contentMap")))
    return languages[0].split("-")[0].lower() if len(languages) == 1 else None


def _counts(post: Json) -> Json:
    totals = {
        "retweet_count": _table(post.get("shares")).get("totalItems"),
        "like_count": _table(post.get("likes")).get("totalItems"),
    }
    return {name: total for name, total in totals.items() if total is not None}


def _addresses(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [address for address in map(_address, values) if address]


def _address(value: Any) -> str:
    """An object is named by its address, or stands there whole; of several the first."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("id") or value.get("href")
    return text(value)


def _table(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _told(common: Json) -> Json:
    return {
        name: value
        for name, value in common.items()
        if value is not None and value not in ([], {}, {"mentions": []})
    }
