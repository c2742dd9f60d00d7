"""What stands on a page of Bluesky, in raw's words. Pure: it looks at nothing but the page.

Pages are told apart by what they hold (feed, posts, thread, notifications, profiles, likes, repostedBy), objects by
their members, never by a $type alone: the network adds types as it likes, and an unknown one must not cost a page.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from extractors.bluesky import listed
from extractors.bluesky.problems import not_shown
from extractors.bluesky.records import (
    INVALID_HANDLE,
    POSTS,
    account_in,
    collection_of,
    happened_at,
    record_words,
    rows,
    table,
)
from extractors.translation import Translated, is_beyond

Json = dict[str, Any]
Kind = Literal["post", "user", "message", "error"]
Section = Literal["data", "includes"]
Place = Literal["data", "includes", "beyond"]

# What an account may say of itself, by labels.
_BOT, _NOT_WITHOUT_LOGIN = "bot", "!no-unauthenticated"
# Notifications that are posts. The others are likes, reposts and followers.
_TURNED_TO_US = ("reply", "mention", "quote")
_COUNTS = {
    "replyCount": "reply_count",
    "repostCount": "repost_count",
    "likeCount": "like_count",
    "quoteCount": "quote_count",
    "bookmarkCount": "bookmark_count",
}
_USER_COUNTS = {
    "followersCount": "followers_count",
    "followsCount": "following_count",
    "postsCount": "post_count",
}


def translated(envelope: Json, body: Json) -> Iterator[Translated]:
    """The posts, users and errors of a page, what was asked for before what came along; each once."""
    if isinstance(body.get("records"), list):
        yield from listed.translated(body)
        return
    page = _Page()
    page.read(envelope, body)
    positions: Counter[tuple[Kind, bool]] = Counter()
    for kind, place, common, payload in page.found():
        yield Translated(kind, place, positions[kind, place == "includes"], common, payload)
        positions[kind, place == "includes"] += 1


def told_at(item: Json) -> Any:
    """When a timeline's item came to stand in it: when it was reposted or written, or when we were told of it."""
    if "post" not in item:
        return item.get("indexedAt")
    reason, post = table(item.get("reason")), table(item.get("post"))
    if reason.get("by"):
        return reason.get("indexedAt")
    return happened_at(table(post.get("record")).get("createdAt"), post.get("indexedAt"))


def is_thread(value: Json) -> bool:
    """Whether it is a post of a thread with what stands above and below it, without the answer that brought it."""
    return isinstance(value.get("post"), dict) and bool({"parent", "replies"} & value.keys())


class _Page:
    """Collects what stands on a page: by kind and section, each object once."""

    def __init__(self) -> None:
        self._posts: dict[Section, list[tuple[Place, Json, Any]]] = {"data": [], "includes": []}
        self._users: dict[Section, list[tuple[Place, Json, Any]]] = {"data": [], "includes": []}
        # Whether what is being read lies beyond the window: it stands among the data, and nothing comes along.
        self._is_beyond = False
        self._errors: list[tuple[Json, Any]] = []

    def read(self, envelope: Json, body: Json) -> None:
        for item in rows(body.get("feed")):
            self._is_beyond = is_beyond(envelope, told_at(item))
            self._feed_item(item)
        self._is_beyond = False
        for post in rows(body.get("posts")):
            self._post(post, "data")
        self._thread(body if is_thread(body) else body.get("thread"))
        for notification in rows(body.get("notifications")):
            self._is_beyond = is_beyond(envelope, told_at(notification))
            is_post = notification.get("reason") in _TURNED_TO_US
            if is_post and collection_of(notification.get("uri")) == POSTS:
                self._post(notification, "data")
            self._user(notification.get("author"), "includes")
        self._is_beyond = False
        for profile in rows(body.get("profiles")):
            self._user(profile, "data")
        if "did" in body:
            self._user(body, "data")
        for like in rows(body.get("likes")):
            self._user(like.get("actor"), "data", happened_at(like.get("createdAt"), like.get("indexedAt")))
        for account in rows(body.get("repostedBy")):
            self._user(account, "data")
        asked = table(envelope.get("parameters"))
        self._left_out(asked, body)
        self._said_of_all(envelope, asked, body)

    def found(self) -> Iterator[tuple[Kind, Place, Json, Any]]:
        """(kind, place, common, payload): of what is there twice, the first that was asked for."""
        listed: tuple[tuple[Kind, dict[Section, list[tuple[Place, Json, Any]]]], ...] = (
            ("post", self._posts),
            ("user", self._users),
        )
        for kind, sections in listed:
            seen: set[str] = set()
            for objects in sections.values():
                for place, common, payload in objects:
                    object_id = common.get("id")
                    if isinstance(object_id, str) and place != "beyond":
                        if object_id in seen:
                            continue
                        seen.add(object_id)
                    yield kind, place, common, payload
        for common, payload in self._errors:
            yield "error", "data", common, payload

    def _feed_item(self, item: Json) -> None:
        reason = table(item.get("reason"))
        post = table(item.get("post"))
        # A pinned post has a reason too, and nobody who reposted it.
        is_repost = bool(reason.get("by") or reason.get("erased"))
        if is_repost:
            self._repost(reason, post.get("uri"))
        self._post(post, "includes" if is_repost else "data")
        for name in ("root", "parent"):
            self._seen_in_passing(table(item.get("reply")).get(name))

    def _repost(self, reason: Json, post_uri: Any) -> None:
        by, uri = table(reason.get("by")), reason.get("uri")
        if reason.get("erased") is True:
            self._add_post("data", {"id": uri, "erased": True}, reason)
            return
        common = {
            "id": uri,
            "author_id": by.get("did"),
            # The network tells when it saw the repost, not what its record says.
            "created_at": reason.get("indexedAt"),
            "conversation_id": uri,
            "referenced_tweets": [{"type": "retweeted", "id": post_uri}],
        }
        self._add_post("data", _without_nothing(common), _own(reason))
        self._user(by, "includes")

    def _post(self, post: Json, section: Section) -> None:
        """A post with its author, and what it quotes. `record` is `value` where the post is quoted."""
        uri, author = post.get("uri"), table(post.get("author"))
        if post.get("erased") is True:
            self._add_post(section, {"id": uri, "erased": True}, post)
            return
        record = table(post.get("record") or post.get("value"))
        common = {
            "id": uri,
            "author_id": author.get("did") or account_in(uri),
            "created_at": happened_at(record.get("createdAt"), post.get("indexedAt")),
            **record_words(uri, record),
            "public_metrics": _counts(post, _COUNTS),
            # Of those who look without a login the author may ask not to be shown to them.
            "asks_for_login": _says_of_itself(author, _NOT_WITHOUT_LOGIN),
        }
        self._add_post(section, _without_nothing(common), _own(post))
        self._user(author, "includes")
        for embed in (post.get("embed"), *rows(post.get("embeds"))):
            self._embed(table(embed))

    def _add_post(self, section: Section, common: Json, payload: Any) -> None:
        if self._is_beyond and section == "includes":
            return
        self._posts[section].append(("beyond" if self._is_beyond else section, common, payload))

    def _embed(self, embed: Json) -> None:
        """What a post shows of the one it quotes; with pictures beside it, it lies one deeper."""
        quoted = table(embed.get("record"))
        self._seen_in_passing(quoted if "uri" in quoted else quoted.get("record"))

    def _thread(self, node: Any) -> None:
        """A thread is a tree: parents above the post, replies below. As deep as it may be, nothing recurses."""
        waiting = [node]
        while waiting:
            here = table(waiting.pop())
            if "post" in here:
                self._post(table(here["post"]), "data")
                # the first reply comes next, whatever else waits
                waiting += [*reversed(rows(here.get("replies"))), here.get("parent")]
            else:
                self._not_shown(here)

    def _seen_in_passing(self, view: Any) -> None:
        """A post that came along with another: whole, or said not to be shown."""
        view = table(view)
        if collection_of(view.get("uri")) != POSTS:
            return  # a list, a feed or a starter pack
        if view.get("author") and (view.get("record") or view.get("value")):
            self._post(view, "includes")
        else:
            self._not_shown(view)

    def _not_shown(self, view: Json) -> None:
        for member, title in (("notFound", "Not Found"), ("blocked", "Blocked"), ("detached", "Detached")):
            if view.get(member) is True:
                self._error("post", view.get("uri"), title, view)

    def _left_out(self, asked: Json, body: Json) -> None:
        """A look-up leaves out what it does not find: nothing but what was asked tells which these are."""
        for parameter, name, resource_type, id_name in (
            ("uris", "posts", "post", "uri"),
            ("actors", "profiles", "account", "did"),
        ):
            wanted, shown = asked.get(parameter), body.get(name)
            if isinstance(wanted, str) and isinstance(shown, list):
                ids = [view.get(id_name) for view in rows(shown)]
                for object_id in wanted.split(","):
                    if object_id not in ids and (resource_type == "post" or object_id.startswith("did:")):
                        self._error(resource_type, object_id, "Not Found")

    def _said_of_all(self, envelope: Json, asked: Json, body: Json) -> None:
        """The answer to a question about one post or account that is not shown."""
        why = not_shown(body.get("error"), body.get("message")) if "error" in body else None
        if why is None:
            return
        post_id, account_id = envelope.get("about_post_id") or asked.get("uri"), asked.get("actor")
        title = why.replace("-", " ").title()
        self._error("post" if post_id else "account", post_id or account_id, title, body)

    def _error(self, resource_type: str, object_id: Any, title: str, payload: Any = None) -> None:
        if self._is_beyond:
            return
        kind = title.lower().replace(" ", "-")
        common = {
            "resource_type": resource_type,
            "resource_id": object_id,
            "title": title,
            "type": f"app.bsky.feed.defs/{kind}",
        }
        common = _without_nothing(common)
        self._errors.append((common, common if payload is None else payload))

    def _user(self, account: Any, section: Section, acted_at: str | None = None) -> None:
        account = table(account)
        if not account or self._is_beyond:
            return
        if account.get("erased") is True:
            self._users[section].append((section, {"id": account.get("did"), "erased": True}, account))
            return
        handle = account.get("handle")
        common = {
            "id": account.get("did"),
            "username": handle.lower() if isinstance(handle, str) and handle != INVALID_HANDLE else None,
            "name": account.get("displayName") or None,
            # Empty, and not left out, so that no older one stays.
            "description": "" if _says_of_itself(account, _NOT_WITHOUT_LOGIN) else account.get("description"),
            "created_at": account.get("createdAt"),
            "public_metrics": _counts(account, _USER_COUNTS),
            "is_bot": _says_of_itself(account, _BOT),
            "acted_at": acted_at,
        }
        self._users[section].append((section, _without_nothing(common), account))


def _own(view: Json) -> Json:
    """A post without its author and what it quotes, who are rows of their own: so each can be erased by itself.

    The pictures and links that a view shows stand in the post's record as well.
    """
    own = {name: value for name, value in view.items() if name not in ("embed", "embeds")}
    for name in ("author", "by"):
        if isinstance(own.get(name), dict):
            own[name] = {"did": own[name].get("did")}
    return own


def _counts(view: Json, names: dict[str, str]) -> Json | None:
    return {ours: view[theirs] for theirs, ours in names.items() if theirs in view} or None


def _says_of_itself(account: Json, name: str) -> bool | None:
    """Whether the account has given itself that label (others may call it what they like); None where nothing shows its
    labels."""
    if not isinstance(account.get("labels"), list):
        return None
    return any(
        label.get("val") == name and label.get("src") == account.get("did") and label.get("neg") is not True
        for label in rows(account["labels"])
    )


def _without_nothing(common: Json) -> Json:
    return {name: value for name, value in common.items() if value is not None}
