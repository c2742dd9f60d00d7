"""Posts and users as JSON: the fields asked for, what they refer to in `includes`, what is missing in `errors`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from emulator.api.dialect import Ask
from emulator.api.problems import not_authorized, not_found, suspended
from emulator.model import Account, Post, World
from emulator.text import entities, escaped, is_long, lead_length, mentioned, short_text

REFERENCES = ("quoted", "replied_to", "retweeted")  # X lists a quoted post before the parent


def stamp(at: datetime) -> str:
    """A time as the API writes it: to the second, milliseconds always zero."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class View:
    """The world as it looks at `now`: what was posted later does not exist yet."""

    def __init__(self, world: World, now: datetime) -> None:
        self.world = world
        self.now = now

    def exists(self, post: Post) -> bool:
        """Posted by now, and shown."""
        return post.at <= self.now and not post.is_gone

    def history(self, post: Post) -> list[str]:
        """Ids of the versions made by now, oldest first."""
        return [version for version in post.history if self.world.posts[version].at <= self.now]

    def is_listed(self, post: Post) -> bool:
        """Whether timelines and searches show it: it exists, and no newer version of it does."""
        return self.exists(post) and self.history(post)[-1] == post.post_id

    def listed(self, posts: Iterable[Post]) -> list[Post]:
        """Those of `posts` that timelines and searches show."""
        return [post for post in posts if self.is_listed(post)]

    def counts(self, post: Post) -> dict[str, int]:
        """Metrics under their old names. A repost repeats the original's reposts and has nothing else."""
        original = post.reposted or post
        related = self.world.related(original.post_id)
        shown = [other for other in related if other.at <= self.now and not other.is_deleted]
        reposts = max(original.reposts, sum(other.reposted is original for other in shown))
        if post.reposted:
            own = {
                "reply_count": 0,
                "like_count": 0,
                "quote_count": 0,
                "bookmark_count": 0,
                "impression_count": 0,
            }
            return {"retweet_count": reposts, **own}
        return {
            "retweet_count": reposts,
            # Replies of protected accounts count although nobody else can read them.
            "reply_count": sum(other.parent is post and not other.author.is_away for other in shown),
            "like_count": post.likes,
            "quote_count": sum(other.quoted is post and self.exists(other) for other in shown),
            "bookmark_count": post.bookmarks,
            "impression_count": post.impressions,
        }


class Renderer:
    """Renders for one request."""

    def __init__(self, view: View, ask: Ask) -> None:
        self.view = view
        self.world = view.world
        self.ask = ask
        self._handles = self.world.accounts_by_lower_handle

    def post(self, post: Post) -> dict[str, Any]:
        """One post with the fields asked for; what is null is left out."""
        text = escaped(short_text(post))
        values: dict[str, Any] = {
            "id": post.post_id,
            "text": text,
            "author_id": post.author.account_id,
            "conversation_id": post.conversation_id,
            "created_at": stamp(post.at),
            "display_text_range": [lead_length(post), len(text)],
            "edit_controls": {
                "edits_remaining": 6 - len(self.view.history(post)),
                "is_edit_eligible": post.parent is None and post.reposted is None,
                "editable_until": stamp(post.at + timedelta(hours=1)),
            },
            "edit_history_tweet_ids": self.view.history(post),
            "entities": entities(text, self._handles) or None,
            "in_reply_to_user_id": post.in_reply_to.account_id if post.in_reply_to else None,
            "lang": post.lang,
            "note_tweet": self._note(post),
            "possibly_sensitive": False,
            "public_metrics": self._renamed(self.view.counts(post)),
            "referenced_tweets": self._references(post) or None,
            "reply_settings": "everyone",
            "withheld": self._withheld(post),
        }
        wanted = self.ask.post_fields
        return {
            self.ask.key(name): value
            for name, value in values.items()
            if name in wanted and value is not None
        }

    def user(self, account: Account) -> dict[str, Any]:
        """One user with the fields asked for."""
        metrics = {
            "followers_count": account.followers,
            "following_count": account.following,
            "tweet_count": account.post_count,
            "listed_count": account.listed,
        }
        values: dict[str, Any] = {
            "id": account.account_id,
            "name": account.name,
            "username": account.handle,
            "created_at": stamp(account.created_at),
            "description": escaped(account.description),
            "location": account.location,
            "protected": account.is_protected,
            "public_metrics": self._renamed(metrics),
            "verified": account.verified_type != "none",
            "verified_type": account.verified_type,
        }
        return {
            name: value
            for name, value in values.items()
            if name in self.ask.user_fields and value is not None
        }

    def body(self, posts: list[Post], errors: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        """`data`, `includes` and `errors` for a list of posts; whatever is empty is left out."""
        problems = list(errors or [])
        included = self._included_posts(posts, problems)
        users = self._included_users(posts, included, problems)
        includes = {}
        if users:
            includes["users"] = [self.user(account) for account in users]
        if included:
            includes[self.ask.key("tweets")] = [self.post(post) for post in included]
        parts = {"data": [self.post(post) for post in posts], "includes": includes, "errors": problems}
        return {name: part for name, part in parts.items() if part}

    def missing(self, post_id: str, parameter: str, section: str = "data") -> dict[str, Any] | None:
        """The partial error for a post that cannot be shown, or None where it can."""
        post = self.world.posts.get(post_id)
        if post is None or post.at > self.view.now or post.is_deleted or post.author.is_deactivated:
            return not_found("tweet", parameter, post_id, self.ask.dialect)
        if post.is_gone:
            return not_authorized("tweet", parameter, post_id, section, self.ask.dialect)
        return None

    def _renamed(self, metrics: dict[str, int]) -> dict[str, int]:
        return {self.ask.key(name): value for name, value in metrics.items()}

    def _references(self, post: Post) -> list[dict[str, str]]:
        targets = (post.quoted, post.parent, post.reposted)
        return [{"type": kind, "id": to.post_id} for kind, to in zip(REFERENCES, targets, strict=True) if to]

    def _note(self, post: Post) -> dict[str, Any] | None:
        if not is_long(post):
            return None
        text = escaped(post.text)
        found = entities(text, self._handles)
        return {"text": text, "entities": found} if found else {"text": text}

    def _withheld(self, post: Post) -> dict[str, Any] | None:
        if not post.withheld_in:
            return None
        scope = "tweet" if self.ask.dialect == "old" else "post"
        return {"copyright": False, "country_codes": list(post.withheld_in), "scope": scope}

    def _included_posts(self, posts: list[Post], problems: list[dict[str, Any]]) -> list[Post]:
        if "referenced_tweets" not in self.ask.expansions and "referenced_authors" not in self.ask.expansions:
            return []
        parameter = "referenced_tweets.id" if self.ask.dialect == "old" else "referenced_posts"
        found: dict[str, Post] = {}
        reported = set()
        for reference in (ref for post in posts for ref in self._references(post)):
            target = reference["id"]
            problem = self.missing(target, parameter, "includes")
            if problem and target not in reported:
                reported.add(target)
                problems.append(problem)
            elif not problem:
                found[target] = self.world.posts[target]
        return list(found.values())

    def _included_users(
        self, posts: list[Post], included: list[Post], problems: list[dict[str, Any]]
    ) -> list[Account]:
        asked = self.ask.expansions
        wanted: list[tuple[str, Account]] = []
        for post in posts:
            if "author_id" in asked:
                wanted.append(("author_id", post.author))
            if "in_reply_to_user_id" in asked and post.in_reply_to:
                wanted.append(("in_reply_to_user_id", post.in_reply_to))
            if "mentions" in asked or "note_mentions" in asked:
                wanted += [
                    ("entities.mentions.username", handle) for handle in mentioned(post, self._handles)
                ]
        # The new dialect has no expansion of its own for the authors of included posts.
        if "referenced_authors" in asked or (self.ask.dialect == "new" and "author_id" in asked):
            wanted += [("referenced_tweets.id.author_id", post.author) for post in included]
        found: dict[str, Account] = {}
        reported = set()
        for parameter, account in wanted:
            if not account.is_away:
                found[account.account_id] = account
            elif account.handle not in reported:
                reported.add(account.handle)
                value = account.handle if "username" in parameter else account.account_id
                if account.is_suspended:
                    problems.append(suspended(parameter, value, self.ask.dialect))
                else:
                    problems.append(not_found("user", parameter, value, self.ask.dialect))
        return list(found.values())
