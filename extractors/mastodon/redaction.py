"""A landed page of Mastodon without what is to be forgotten. Pure functions over parsed JSON.

A forgotten status or account is replaced by what a server calls it and `"erased": true`, wherever it stands. A status
keeps its uri and the number of what it answered, so that the thread around it stays in one piece. Here the id of an
account is its name: it goes from texts, mentions and addresses too.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from extractors.landing.redaction import ERASED, Redacted, fewer_results
from extractors.mastodon import activities, entities
from extractors.mastodon.entities import Json, text
from extractors.mastodon.objects import translated
from rapport.forgotten import OnNetwork

_KEPT_OF_STATUS = ("id", "uri", "in_reply_to_id", "in_reply_to_account_id")
# Of a post of an export: addresses of other posts, which are ids.
_POST_ADDRESSES = {"inReplyTo", "object", "quote", "quoteUrl", "quoteUri", "_misskey_quote"}


def redact(envelope: Json, body: Json, forgotten: OnNetwork) -> Redacted:
    """The page without the statuses and accounts that are forgotten, and without boosts of these.

    An answer or a quote stays; in its text only the account's name is masked.
    """
    if not forgotten:
        return Redacted(envelope, body, False, forgotten)
    host = text(envelope.get("host"))
    forgotten = _with_related(body, host, forgotten)
    mask = _mask(forgotten, _addresses(body, host, forgotten))
    shown = _without_versions(body, text(envelope.get("about_post_id")), forgotten)
    shown = _without_activities(shown, forgotten)
    clean_body = {name: _clean(member, host, forgotten, mask) for name, member in shown.items()}
    if _is_forgotten(body, host, forgotten):
        clean_body = _clean(body, host, forgotten, mask)
    clean_envelope = _masked(envelope, mask)
    erased = _stubs(clean_body) - _stubs(body)
    if erased:
        clean_envelope["erased_object_count"] = int(envelope.get("erased_object_count") or 0) + erased
        if isinstance(envelope.get("result_count"), int):
            fewer = fewer_results(translated, envelope, body, clean_body)
            clean_envelope["result_count"] = max(envelope["result_count"] - fewer, 0)
    is_changed = clean_body != body or clean_envelope != envelope
    return Redacted(clean_envelope, clean_body, is_changed, forgotten)


def _with_related(body: Json, host: str, forgotten: OnNetwork) -> OnNetwork:
    """What is to be forgotten, with what goes with it on this page: the account's statuses, and boosts."""
    posts = set(forgotten.post_ids)
    exported = list(activities.found(body)) if "orderedItems" in body else []
    while True:
        known = replace(forgotten, post_ids=frozenset(posts))
        posts |= {
            text(common.get("id"))
            for kind, _, common, _ in exported
            if kind == "post" and _is_forgotten_row(common, known)
        }
        posts |= {
            text(status.get("uri"))
            for status in entities.statuses(body)
            if _is_forgotten_status(status, host, known)
        } - {""}
        if posts == known.post_ids:
            named = replace(known, handles=known.handles | known.account_ids)
            return replace(named, of_namesakes=frozenset(_of_namesakes(body, host, named)))


def _of_namesakes(body: Json, host: str, forgotten: OnNetwork) -> Iterator[str]:
    """The posts of the page that mention somebody else of the same name, and nobody who is forgotten."""
    names = activities.names_in(body) if "orderedItems" in body else {}
    for found in entities.within(body) if forgotten.shorts else ():
        if entities.is_status(found):
            named = [entities.account_id(one, host) for one in entities.objects(found.get("mentions"))]
        else:
            named = [activities.mentioned(tag, names) for tag in entities.objects(found.get("tag"))]
        others = {one for one in named if one} - forgotten.account_ids
        if len(others) == len({*named} - {None}) and any(map(forgotten.is_namesake, others)):
            yield _post_id(found)


def _post_id(found: Json) -> str:
    return text(found.get("uri") if entities.is_status(found) else found.get("id"))


def _is_forgotten_status(status: Json, host: str, forgotten: OnNetwork) -> bool:
    boosted = entities.reblogged(status)
    return (
        text(status.get("uri")) in forgotten.post_ids
        or entities.account_id(status.get("account"), host) in forgotten.account_ids
        or (boosted is not None and _is_forgotten_status(boosted, host, forgotten))
    )


def _is_forgotten_row(common: Json, forgotten: OnNetwork) -> bool:
    """Whether something of an export, in raw's words, is forgotten or passes on what is."""
    posts = {common.get("id")} | {
        one["id"] for one in common.get("referenced_tweets") or () if one.get("type") == "retweeted"
    }
    people = {common.get("id"), common.get("author_id")}
    return bool(posts & forgotten.post_ids or people & forgotten.account_ids)


def _without_versions(body: Json, about: str, forgotten: OnNetwork) -> Json:
    """The page without the versions of a post that is forgotten: only the envelope says of which post they are."""
    if about not in forgotten.post_ids or not isinstance(body.get("data"), list):
        return body
    versions = [
        dict(ERASED) if isinstance(item, dict) and entities.is_edit(item) else item for item in body["data"]
    ]
    return body | {"data": versions}


def _without_activities(body: Json, forgotten: OnNetwork) -> Json:
    """A part of an account's export without what is forgotten, and without mentions of it."""
    if not isinstance(body.get("orderedItems"), list):
        return body
    gone = {id(item) for _, _, common, item in activities.found(body) if _is_forgotten_row(common, forgotten)}
    names = activities.names_in(body)

    def bare(value: Any) -> Any:
        if isinstance(value, list):
            return [bare(element) for element in value]
        if not isinstance(value, dict):
            return value
        if id(value) in gone:
            # The address of an account is no id of it, and names it.
            kept = ("type",) if activities.is_actor(value) else ("id", "type")
            return {name: value[name] for name in kept if name in value} | ERASED
        if activities.mentioned(value, names) in forgotten.account_ids:
            return {"type": value["type"], **ERASED}
        return {name: bare(member) for name, member in value.items()}

    return {name: bare(member) for name, member in body.items()}


def _is_forgotten(item: Json, host: str, forgotten: OnNetwork) -> bool:
    if entities.is_status(item):
        return _is_forgotten_status(item, host, forgotten)
    if entities.is_edit(item):
        return entities.account_id(item["account"], host) in forgotten.account_ids
    return "acct" in item and entities.account_id(item, host) in forgotten.account_ids


def _clean(value: Any, host: str, forgotten: OnNetwork, mask: Callable[..., str]) -> Any:
    if isinstance(value, list):
        return [_clean(element, host, forgotten, mask) for element in value]
    if isinstance(value, str):
        return mask(value)
    if not isinstance(value, dict) or value.get("erased") is True:
        return value
    if _post_id(value) in forgotten.of_namesakes:
        mask = partial(mask, post_id=_post_id(value))
    if _is_forgotten(value, host, forgotten):
        if entities.is_status(value):
            return {name: value[name] for name in _KEPT_OF_STATUS if name in value} | ERASED
        return dict(ERASED) if entities.is_edit(value) else {"id": value.get("id"), "acct": ""} | ERASED
    return {
        name: member
        if name in _POST_ADDRESSES and isinstance(member, str)
        else _clean(member, host, forgotten, mask)
        for name, member in value.items()
    }


def _masked(value: Any, mask: Callable[..., str]) -> Any:
    """An envelope: its ids of statuses stay, as those of tombstones do."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_masked(element, mask) for element in value]
    if isinstance(value, dict):
        return {
            name: member if name in ("about_post_id", "page_key") else _masked(member, mask)
            for name, member in value.items()
        }
    return value


def _addresses(body: Json, host: str, forgotten: OnNetwork) -> set[tuple[str, str]]:
    """Where the page says that the accounts are shown, each with the name apart: that need not be at the host of their
    names."""
    found = set()
    for one in entities.accounts(body) if forgotten.account_ids else ():
        account_id = entities.account_id(one, host)
        if account_id in forgotten.account_ids:
            name = account_id.partition("@")[0]
            ends = f"/@{name}", f"/users/{name}"
            shown = [text(one.get(member)) for member in ("url", "uri")]
            found |= {(url[: -len(name)], name) for url in shown if url.lower().endswith(ends)}
    return found


def _mask(forgotten: OnNetwork, addresses: set[tuple[str, str]]) -> Callable[..., str]:
    """Replaces the names of the accounts, as in any text, and in links to them: there HTML parts a name from its @."""
    patterns = []
    for account_id in sorted(forgotten.account_ids):
        name, _, host = (re.escape(part) for part in account_id.partition("@"))
        # <a href="https://host/@name" …>@<span>name</span></a>
        patterns.append(
            re.compile(
                rf"(<a\s[^>]*href=[\"']https?://{host}/(?:@|users/){name}[\"'][^>]*>\s*@(?:<span>)?){name}(?=<|@{host}<)",
                re.IGNORECASE,
            )
        )

    for before, name in sorted(addresses):
        address = rf"{re.escape(before)}{re.escape(name)}"
        patterns += [
            re.compile(
                rf"(<a\s[^>]*href=[\"']{address}[\"'][^>]*>\s*@(?:<span>)?){re.escape(name)}(?=<|@)",
                re.IGNORECASE,
            ),
            re.compile(rf"({re.escape(before)}){re.escape(name)}(?![\w@]|[.:-]\w|/statuses/)", re.IGNORECASE),
        ]

    def mask(said: str, post_id: str | None = None) -> str:
        for pattern in patterns:
            said = pattern.sub(lambda found: found[1] + "_" * (len(found[0]) - len(found[1])), said)
        return forgotten.mask(said, post_id)

    return mask


def _stubs(value: Any) -> int:
    if isinstance(value, dict):
        return 1 if value.get("erased") is True else sum(map(_stubs, value.values()))
    return sum(map(_stubs, value)) if isinstance(value, list) else 0
