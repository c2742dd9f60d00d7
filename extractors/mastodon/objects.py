"""Mastodon's entities in the words of schema raw. Pure: everything is taken from the page and what is known of it.

A server answers with ids of its own. What somebody answered is such a number, so it becomes a reference only where the
same page shows the status of that number, or the envelope says which one was asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from extractors.mastodon import activities, entities
from extractors.mastodon.entities import Json, local_id, objects, text
from extractors.mastodon.html_text import Link, text_of
from extractors.translation import Translated, is_beyond

_NOT_FOUND = "https://docs.joinmastodon.org/errors/not-found"
_BLOCKED = "https://docs.joinmastodon.org/errors/blocked"
# The quoted author said yes, and the quoted post is there. The other states show nothing that may be built on.
_ACCEPTED = "accepted"
# A boost of a quote; what that quotes has no whole status within.
_DEEPEST = 3
_COUNTS_OF_USER = {
    "followers_count": "followers_count",
    "following_count": "following_count",
    "statuses_count": "post_count",
}
_COUNTS_OF_POST = {
    "reblogs_count": "retweet_count",
    "favourites_count": "like_count",
    "quotes_count": "quote_count",
}


def translated(envelope: Json, body: Json) -> Iterator[Translated]:
    """All that is on a page: posts, users, messages (private statuses, without their text) and errors.

    Bodies: `{"data": [statuses | accounts | notifications | versions of one status]}`, a thread (`ancestors`,
    `descendants` and, as our client lands it, the `status` asked about), one status, one account, an error, or a part
    of an account's export (`orderedItems`).
    """
    if isinstance(body.get("orderedItems"), list):
        return activities.translated(body)
    return _Page(envelope, body).translated()


@dataclass
class _Found:
    """What was found, by kind and section, each once."""

    lists: dict[tuple[str, bool], list[Translated]] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def add(self, kind: Any, section: Any, common: Json, payload: Any) -> None:
        key = (kind, str(common.get("id") or common.get("resource_id") or id(payload)))
        if key in self.seen and section == "includes":
            return
        if section != "beyond":
            self.seen.add(key)
        # What lies beyond the window has its place among the data: an erased one, which says no time, is one of these.
        known = self.lists.setdefault((kind, section == "includes"), [])
        known.append(Translated(kind, section, len(known), common, payload))


class _Page:
    """One page, with what its numbers stand for."""

    def __init__(self, envelope: Json, body: Json) -> None:
        self.envelope = envelope
        self.body = body
        self.host = text(envelope.get("host"))
        self.about = text(envelope.get("about_post_id"))
        # Accounts of ours that are on another server than the one that answered: it may say of them what it likes.
        elsewhere = envelope.get("ours_elsewhere")
        self.ours_elsewhere = {one for one in elsewhere if isinstance(one, str)} if elsewhere else set[str]()
        self.hosts_of_ours = {one.partition("@")[2] for one in self.ours_elsewhere}
        self.found = _Found()

    def translated(self) -> Iterator[Translated]:
        # A notification has a time of its own: a status may be dated long before we were told of it.
        asked_for = []
        for item in entities.asked_for(self.body):
            if is_beyond(self.envelope, item.get("created_at")):
                self._beyond(item)
            else:
                asked_for.append(item)
                self._data(item)
        # After all that was asked for: what is on the page for its own sake does not come along with something else.
        for item in asked_for:
            self._come_along(item)
        self._history()
        self._error()
        for kept in self.found.lists.values():
            yield from kept

    def _data(self, item: Json) -> None:
        if entities.is_status(item):
            self._status(item, "data")
        elif entities.is_account(item):
            self._user(item, "data")
        elif entities.is_notification(item):
            for status in objects(item.get("status")):
                self._status(status, "data")

    def _beyond(self, item: Json) -> None:
        """What the window was not asked for: the posts alone, so that they can be erased."""
        for status in objects(item.get("status")) if entities.is_notification(item) else [item]:
            if entities.is_private(status):
                self._message(status, "beyond")
            elif entities.reblogged(status) is not None or isinstance(status.get("content"), str):
                self.found.add("post", "beyond", self._post(status), entities.own(status))

    def _come_along(self, item: Json, depth: int = 0) -> None:
        if entities.is_notification(item):
            for status in objects(item.get("status")):
                self._come_along(status)
        if entities.is_status(item) and entities.is_private(item):
            return
        for person in (item.get("account"), item.get("moved")):
            if isinstance(person, dict) and entities.is_account(person):
                self._user(person, "includes")
        for other in (entities.reblogged(item), entities.quoted(item)):
            if other is not None and depth < _DEEPEST:
                self._status(other, "includes")
                self._come_along(other, depth + 1)

    def _status(self, status: Json, section: str) -> None:
        if status.get("erased") is True:
            self.found.add("post", section, {"id": status.get("uri"), "erased": True}, status)
        elif self._is_hearsay(status):
            # Its place in the thread counts, and that it is here, so that an erasure finds it; no word of it does.
            author = entities.account_id(status.get("account"), self.host)
            if author in self.ours_elsewhere:
                told = {"id": status.get("uri"), "author_id": author}
                self.found.add("post", "beyond", told, entities.own(status))
        elif entities.is_private(status):
            self._message(status, section)
        elif entities.reblogged(status) is None and not isinstance(status.get("content"), str):
            # A placeholder: the server knows of it and shows no word.
            self._missing(text(status.get("uri")), "Not shown", _NOT_FOUND, status)
        else:
            self.found.add("post", section, self._post(status), entities.own(status))
            quote = status.get("quote")
            if isinstance(quote, dict) and text(quote.get("state")).startswith(("blocked_", "muted_")):
                other = entities.quoted(status) or {}
                self._missing(text(other.get("uri")), "Blocked", _BLOCKED, quote)

    def _is_hearsay(self, status: Json) -> bool:
        """Whether another server than ours shows it as one of ours, or as somebody else's under an address of ours."""
        author = entities.account_id(status.get("account"), self.host) or ""
        is_at_ours = entities.host_of(text(status.get("uri"))) in self.hosts_of_ours
        return author in self.ours_elsewhere or (
            is_at_ours and author.partition("@")[2] not in self.hosts_of_ours
        )

    def _post(self, status: Json) -> Json:
        author = entities.account_id(status.get("account"), self.host)
        boosted = entities.reblogged(status)
        common: Json = {
            "id": status.get("uri"),
            "author_id": author,
            "created_at": status.get("created_at"),
            "conversation_id": self._conversation(status),
        }
        if boosted is not None:
            common["referenced_tweets"] = [{"type": "retweeted", "id": boosted.get("uri")}]
            return _told(common)
        shown, mentions = self._words(status)
        parent = self.by_number.get(local_id(status.get("in_reply_to_id")))
        quote = status.get("quote")
        references = [("replied_to", parent), ("quoted", self._quoted_uri(quote))]
        answered = local_id(status.get("in_reply_to_account_id"))
        common |= {
            "text": shown,
            "lang": status.get("language"),
            # A server leaves out answers to oneself when it says whom somebody answers: the parent knows better.
            "in_reply_to_user_id": self.author_of.get(parent or "") or self.people.get(answered),
            "referenced_tweets": [{"type": kind, "id": uri} for kind, uri in references if uri],
            "entities": {"mentions": mentions},
            "public_metrics": _counts(status, _COUNTS_OF_POST),
            "edited_at": entities.moment(status.get("edited_at")),
        }
        if entities.is_of_server(status):  # only there are all answers known to be counted
            common["public_metrics"] |= _counts(status, {"replies_count": "reply_count"})
        return _told(common)

    def _words(self, status: Json) -> tuple[str, list[Json]]:
        """The text, and the mentions with their places in it."""
        html = text_of(text(status.get("content")), without_quoted=bool(status.get("quote")))
        spoiler = text(status.get("spoiler_text")).strip()
        ahead = f"{spoiler}\n\n" if spoiler and html.text else spoiler
        mentions = []
        left = list(html.links)
        for mention in objects(status.get("mentions")):
            account = entities.account_id(mention, self.host)
            if account is None:
                continue
            named = [link for link in left if _names(link, html.text, mention, account)]
            left = [link for link in left if link not in named]
            who = {"username": account, "id": account}
            places = [{"start": len(ahead) + link.start, "end": len(ahead) + link.end} for link in named]
            # Somebody may be addressed whose name does not stand in the text.
            mentions += [{**place, **who} for place in places or [{}]]
        return ahead + html.text, mentions

    def _conversation(self, status: Json) -> str | None:
        """The uri of the topmost status above it, as far as the page shows the way there."""
        here, been = status, set()
        while True:
            uri, above = text(here.get("uri")), local_id(here.get("in_reply_to_id"))
            if not above:
                is_top = entities.answers_nothing(here) or entities.reblogged(here) is not None
                return (uri or None) if is_top else None
            been.add(uri)
            parent = self.statuses.get(self.by_number.get(above, ""))
            if parent is None or text(parent.get("uri")) in been:
                return None
            here = parent

    def _quoted_uri(self, quote: Any) -> str | None:
        if not isinstance(quote, dict) or quote.get("state") != _ACCEPTED:
            return None
        whole = quote.get("quoted_status")
        if isinstance(whole, dict):
            return None if entities.is_private(whole) else text(whole.get("uri")) or None
        return self.by_number.get(local_id(quote.get("quoted_status_id")))

    def _message(self, status: Json, section: str) -> None:
        sender = entities.account_id(status.get("account"), self.host)
        named = [entities.account_id(mention, self.host) for mention in objects(status.get("mentions"))]
        common = {
            "id": status.get("uri"),
            "event_type": "MessageCreate",
            "sender_id": sender,
            "participant_ids": [one for one in dict.fromkeys([sender, *named]) if one],
            "created_at": status.get("created_at"),
        }
        self.found.add("message", section, _told(common), entities.bare(status))

    def _user(self, account: Json, section: str) -> None:
        if account.get("erased") is True:
            self.found.add("user", section, {"erased": True}, account)
            return
        who = entities.account_id(account, self.host)
        if who in self.ours_elsewhere:
            return
        common = {
            "id": who,
            "username": who,
            "name": text(account.get("display_name")) or account.get("username"),
            "description": text_of(text(account.get("note"))).text,
            "created_at": account.get("created_at"),
            "url": account.get("url"),
            "is_bot": account.get("bot"),
            "public_metrics": _counts(account, _COUNTS_OF_USER),
        }
        self.found.add("user", section, _told(common), entities.own(account))

    def _history(self) -> None:
        """All versions of one status, oldest first: it is what the last of them says, and of the time of the first.

        A version has no id and does not say whether it quotes, so the note of what it quotes is left out of all.
        """
        versions = [item for item in objects(self.body.get("data")) if entities.is_edit(item)]
        if not versions or not self.about or entities.host_of(self.about) in self.hosts_of_ours:
            return
        last = versions[-1]
        common = {
            "id": self.about,
            "author_id": entities.account_id(last.get("account"), self.host),
            "created_at": versions[0].get("created_at"),
            "text": self._words({**last, "quote": True})[0],
            "edit_count": len(versions) - 1,
        }
        if len(versions) > 1:
            common["edited_at"] = entities.moment(last.get("created_at"))
        self.found.add("post", "data", _told(common), entities.own(last))

    def _error(self) -> None:
        """A look-up that was answered with 404, as our client lands it."""
        said, account = self.body.get("error"), text(self.envelope.get("about_account_id"))
        if not isinstance(said, str) or not (account or self.about):
            return
        self._missing(account or self.about, said, _NOT_FOUND, self.body, "user" if account else "post")

    def _missing(self, resource_id: str, title: str, kind: str, payload: Json, what: str = "post") -> None:
        common = {"resource_type": what, "resource_id": resource_id, "title": title, "type": kind}
        self.found.add("error", "data", _told(common), entities.own(payload))

    @cached_property
    def statuses(self) -> dict[str, Json]:
        """By uri."""
        return {text(status.get("uri")): status for status in reversed(list(entities.statuses(self.body)))}

    @cached_property
    def by_number(self) -> dict[str, str]:
        """What the server calls a status → its uri."""
        parts = urlsplit(text(self.envelope.get("endpoint"))).path.split("/statuses/")
        asked = {parts[1].split("/")[0]: self.about} if len(parts) == 2 and self.about else {}
        shown = {local_id(status.get("id")): uri for uri, status in self.statuses.items() if uri}
        return {number: uri for number, uri in (asked | shown).items() if number}

    @cached_property
    def author_of(self) -> dict[str, str]:
        """By uri, who wrote it."""
        pairs = (
            (uri, entities.account_id(status.get("account"), self.host))
            for uri, status in self.statuses.items()
        )
        return {uri: author for uri, author in pairs if author}

    @cached_property
    def people(self) -> dict[str, str]:
        """What the server calls an account → who it is."""
        pairs = (
            (local_id(one.get("id")), entities.account_id(one, self.host))
            for one in entities.accounts(self.body)
        )
        return {number: who for number, who in pairs if number and who}


def _names(link: Link, shown: str, mention: Json, account: str) -> bool:
    """Whether the link in the text is that mention: by its address, or by what it says."""
    said = shown[link.start : link.end].lower()
    name = account.partition("@")[0]
    return said.startswith("@") and (
        link.href == mention.get("url")
        or said == f"@{account}"
        or (said == f"@{name}" and not mention.get("url"))
    )


def _counts(item: Json, names: dict[str, str]) -> Json:
    """Counts under raw's names. Who hides a count may show one below zero."""
    return {
        name: item[theirs]
        for theirs, name in names.items()
        if item.get(theirs) is not None and not (isinstance(item[theirs], int) and item[theirs] < 0)
    }


def _told(common: Json) -> Json:
    return {name: value for name, value in common.items() if value is not None and value not in ([], {})}
