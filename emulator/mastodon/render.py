"""The entities that a server shows to somebody at a moment, as docs.joinmastodon.org (4.5) has them."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from emulator.elsewhere.model import MASTODON, Elsewhere, Said, Someone
from emulator.mastodon.html import address, html_of, link
from emulator.mastodon.knowledge import Knowledge
from emulator.mastodon.numbers import Numbers, number_of

Json = dict[str, Any]
# Without a login: so many above, so many below, so deep. With one: 4,096 each way.
ANCESTORS, DESCENDANTS, DEPTH, CONTEXT = 40, 60, 20, 4096
_NO_QUOTED = {"pending", "rejected", "revoked", "deleted", "unauthorized"}


@dataclass(frozen=True)
class View:
    """What `host` shows to `viewer` (an account's id; None: anybody) at `now`."""

    elsewhere: Elsewhere
    numbers: Numbers
    knowledge: Knowledge
    host: str
    viewer: str | None
    now: datetime

    # --- what there is ---

    def shows(self, post: Said) -> bool:
        """Whether it is shown at all."""
        return self.knowledge.shows(self.host, post, self.viewer, self.now)

    def person(self, account_id: str) -> Someone | None:
        """The account of that id."""
        return self.elsewhere.people.get((MASTODON, account_id))

    def post(self, post_id: str | None) -> Said | None:
        """The status of that uri, if it is shown."""
        found = self.elsewhere.posts.get((MASTODON, post_id or ""))
        return found if found is not None and self.shows(found) else None

    def acct(self, account_id: str) -> str:
        """The account's name here: its own accounts have no host."""
        name, _, host = account_id.partition("@")
        return name if host == self.host else account_id

    def above(self, post: Said) -> list[Said]:
        """What stands above it, topmost first, as far as it is shown to this viewer."""
        line: list[Said] = []
        here = self.knowledge.parent(post, self.now)
        while here is not None and here not in line and len(line) < (CONTEXT if self.viewer else ANCESTORS):
            line.append(here)
            here = self.knowledge.parent(here, self.now)
        return [one for one in reversed(line) if self.shows(one)]

    def below(self, post: Said) -> list[Said]:
        """What stands below it, a status before the answers to it, as far as it is shown to this viewer."""
        found: list[Said] = []
        most, depth = (CONTEXT, CONTEXT) if self.viewer else (DESCENDANTS, DEPTH)
        level = [(post, 0)]
        while level:
            here, deep = level.pop()
            if here is not post:
                found.append(here)
            if deep < depth:
                answers = [one for one in self.elsewhere.replies(MASTODON, here.post_id) if self.shows(one)]
                level += [(one, deep + 1) for one in reversed(answers)]
        return found[:most]

    def events(self) -> list[tuple[str, Json]]:
        """The viewer's notifications, by their numbers."""
        mine = self.elsewhere.by(MASTODON, self.viewer or "")
        found: list[tuple[datetime, str, str, Said]] = []
        for post in self.elsewhere.of(MASTODON):
            named = self.viewer in post.mentions and post.author_id != self.viewer and not post.reposted_id
            if named and self.shows(post):
                found.append((post.created_at, "mention", post.author_id, post))
        for post in mine:
            found += [
                (one.created_at, "quote", one.author_id, one)
                for one in self.elsewhere.quotes(MASTODON, post.post_id)
                if one.quote_state == "accepted" and self.shows(one)
            ]
            nods = [("favourite", *like) for like in post.likes] + [("reblog", *nod) for nod in post.reposts]
            found += [(at, kind, who, post) for kind, who, at in nods if at <= self.now and self.shows(post)]
        return [
            (
                number := number_of(at, f"{kind} {who} {post.post_id}"),
                self._event(number, at, kind, who, post),
            )
            for at, kind, who, post in found
        ]

    # --- entities ---

    def account(self, someone: Someone, *, with_moved: bool = True) -> Json:
        """Account."""
        posts = [one for one in self.elsewhere.by(MASTODON, someone.account_id) if self.shows(one)]
        name = someone.account_id.partition("@")[0]
        moved = self.person(someone.moved_to) if someone.moved_to and with_moved else None
        made = {
            "id": self.numbers.of_account(self.host, someone),
            "username": name,
            "acct": self.acct(someone.account_id),
            "display_name": someone.display_name,
            "locked": False,
            "bot": someone.is_bot,
            "discoverable": True,
            "group": False,
            "created_at": f"{someone.created_at:%Y-%m-%dT00:00:00.000Z}",
            "note": html_of(someone.description, self.host, self.person),
            "url": address(someone),
            "uri": f"https://{someone.host}/users/{name}",
            "followers_count": someone.followers,
            "following_count": someone.following,
            "statuses_count": len(posts),
            "last_status_at": f"{posts[0].created_at:%Y-%m-%d}" if posts else None,
            "emojis": [],
            "fields": [
                {"name": "Web", "value": link(url), "verified_at": _time(at) if at else None}
                for url, at in (
                    *((url, someone.created_at + timedelta(days=1)) for url in someone.verified_links),
                    *((url, None) for url in someone.other_links),
                )
            ],
        }
        return made | ({"moved": self.account(moved, with_moved=False)} if moved else {})

    def status(self, post: Said, *, with_quoted: bool = True) -> Json:
        """Status. Of a quote within a quote only the number is given."""
        author = self.elsewhere.people[MASTODON, post.author_id]
        number = self.numbers.of_post(self.host, post)
        boosted = self.post(post.reposted_id)
        parent = self.knowledge.parent(post, self.now)
        parent = parent if parent is not None and self.knowledge.knows(self.host, parent, self.now) else None
        answered = self._author_answered(post)
        edited_at = post.edited_at(self.now)
        return {
            "id": number,
            "created_at": _time(post.created_at),
            "in_reply_to_id": self.numbers.of_post(self.host, parent) if parent else None,
            # Stays when the parent is gone, as in Mastodon's database.
            "in_reply_to_account_id": self.numbers.of_account(self.host, answered) if answered else None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": post.visibility,
            "language": post.lang,
            "uri": post.post_id,
            "url": f"{address(author)}/{post.number or number}",
            "replies_count": len([one for one in self._answers(post) if not one.is_private]),
            "reblogs_count": len([at for _, at in post.reposts if at <= self.now]),
            "favourites_count": len([at for _, at in post.likes if at <= self.now]),
            "quotes_count": len([one for one in self._quotes(post) if one.quote_state == "accepted"]),
            "edited_at": _time(edited_at) if edited_at else None,
            "content": self._content(post, post.text_at(self.now)),
            "reblog": self.status(boosted) if boosted else None,
            "account": self.account(author),
            "media_attachments": [],
            "mentions": [
                {
                    "id": self.numbers.of_account(self.host, one),
                    "username": one.account_id.partition("@")[0],
                    "url": address(one),
                    "acct": self.acct(one.account_id),
                }
                for one in map(self.person, post.mentions)
                if one is not None
            ],
            "tags": [],
            "emojis": [],
            "quote": self._quote(post, with_quoted),
            "card": None,
            "poll": None,
            "quote_approval": {"automatic": ["public"], "manual": [], "current_user": "automatic"},
        }

    def history(self, post: Said) -> list[Json]:
        """StatusEdits, oldest first; one of a status that was never edited."""
        author = self.elsewhere.people[MASTODON, post.author_id]
        versions = [(post.created_at, post.text), *((at, text) for at, text in post.edits if at <= self.now)]
        return [
            {
                "content": self._content(post, text),
                "spoiler_text": "",
                "sensitive": False,
                "created_at": _time(at),
                "account": self.account(author),
                "media_attachments": [],
                "emojis": [],
            }
            for at, text in versions
        ]

    # --- inside ---

    def _content(self, post: Said, text: str) -> str:
        quoted = self.post(post.quoted_id) if post.quoted_id else None
        note = ""
        if quoted is not None:
            there = html.escape(quoted.post_id)
            note = f'<p class="quote-inline">RE: <a href="{there}">{there}</a></p>'
        return note + html_of(text, self.host, self.person)

    def _quote(self, post: Said, with_quoted: bool) -> Json | None:
        if not post.quoted_id:
            return None
        quoted = self.elsewhere.posts.get((MASTODON, post.quoted_id))
        state = post.quote_state
        if quoted is None or not quoted.exists_at(self.now):
            state = "deleted"
        elif state == "accepted" and not self.shows(quoted):
            state = "unauthorized"
        shown = None if state in _NO_QUOTED else quoted
        if not with_quoted:
            number = self.numbers.of_post(self.host, shown) if shown else None
            return {"state": state, "quoted_status_id": number}
        return {"state": state, "quoted_status": self.status(shown, with_quoted=False) if shown else None}

    def _author_answered(self, post: Said) -> Someone | None:
        """Whom it answers. Answers to oneself are passed over, as in Mastodon: the first of them counts."""
        here = post
        while here.parent_id:
            above = self.elsewhere.posts.get((MASTODON, here.parent_id))
            if above is None:
                return None
            if above.author_id != post.author_id or not above.parent_id:
                return self.person(above.author_id)
            here = above
        return None

    def _answers(self, post: Said) -> list[Said]:
        found = self.elsewhere.replies(MASTODON, post.post_id)
        return [one for one in found if self.knowledge.knows(self.host, one, self.now)]

    def _quotes(self, post: Said) -> list[Said]:
        found = self.elsewhere.quotes(MASTODON, post.post_id)
        return [one for one in found if self.knowledge.knows(self.host, one, self.now)]

    def _event(self, number: str, at: datetime, kind: str, who: str, post: Said) -> Json:
        return {
            "id": number,
            "type": kind,
            "created_at": _time(at),
            "account": self.account(self.elsewhere.people[MASTODON, who]),
            "status": self.status(post),
        }


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
