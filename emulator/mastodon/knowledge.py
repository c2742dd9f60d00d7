"""What a server knows and shows: not every server was sent every status, and not everybody may see each.

A server was sent what its own people wrote, what names or answers them, and what stands above that in a thread. What
others say to each other below a status of another server it learns only by fetching the replies, which somebody's look
at the thread sets off (Mastodon 4.5). In a thread that begins on a server, that server has been sent all of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from emulator.elsewhere.model import MASTODON, Elsewhere, Said

# As Mastodon's own FETCH_REPLIES_DEBOUNCE and FETCH_REPLIES_CREATED_RECENTLY.
AGAIN_AFTER = timedelta(minutes=15)
TOO_NEW = timedelta(minutes=5)
RETRY = timedelta(seconds=3)


class Knowledge:
    """Of all servers. What they have fetched is remembered as long as the emulator runs."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._elsewhere = elsewhere
        self._fetched: dict[
            tuple[str, str], datetime
        ] = {}  # (server, status) → when its replies were asked for
        self._resolved: set[tuple[str, str]] = set()
        self._sent: dict[str, set[str]] = {}
        self._count = 0

    def knows(self, host: str, post: Said, now: datetime) -> bool:
        """Whether the server has the status at that time."""
        if post.network != MASTODON or not post.exists_at(now):
            return False
        if post.post_id in self._sent_to(host) or (host, post.post_id) in self._resolved:
            return True
        return not post.is_private and any(
            (host, above) in self._fetched and self._fetched[host, above] + RETRY <= now
            for above in self._line(post)
        )

    def shows(self, host: str, post: Said, viewer: str | None, now: datetime) -> bool:
        """Whether the server shows the status to that account, or to anybody (None)."""
        may_see = not post.is_private or (viewer is not None and viewer in (post.author_id, *post.mentions))
        return may_see and self.knows(host, post, now)

    def parent(self, post: Said, now: datetime) -> Said | None:
        """What the status answers, unless that is gone."""
        above = self._elsewhere.posts.get((MASTODON, post.parent_id or ""))
        return above if above is not None and above.exists_at(now) else None

    def resolve(self, host: str, post: Said) -> None:
        """Somebody has asked the server for the status by its uri."""
        self._resolved.add((host, post.post_id))

    def fetch_replies(self, host: str, post: Said, now: datetime, *, by_user: bool) -> bool:
        """Lets a look at a thread set off a fetch of what is missing below; whether one is on its way."""
        begun = self._fetched.get((host, post.post_id))
        if begun is not None and now < begun + RETRY:
            return True
        is_due = begun is None or begun + AGAIN_AFTER <= now
        is_foreign = not post.author_id.endswith(f"@{host}")
        if by_user and is_foreign and is_due and post.created_at + TOO_NEW <= now:
            self._fetched[host, post.post_id] = now
            return True
        return False

    def is_fetching(self, host: str, post_id: str, now: datetime) -> bool | None:
        """Whether a fetch of replies is on its way; None if none ever was."""
        begun = self._fetched.get((host, post_id))
        return None if begun is None else now < begun + RETRY

    def _line(self, post: Said) -> list[str]:
        """The status and all above it, whether they are still there or not."""
        line, here = [post.post_id], post
        while here.parent_id and here.parent_id not in line:
            line.append(here.parent_id)
            above = self._elsewhere.posts.get((MASTODON, here.parent_id))
            if above is None:
                break
            here = above
        return line

    def _sent_to(self, host: str) -> set[str]:
        if len(self._elsewhere.posts) != self._count:
            self._count = len(self._elsewhere.posts)
            self._sent.clear()
        if host not in self._sent:
            posts = self._elsewhere.of(MASTODON)
            sent = {post.post_id for post in posts if self._is_addressed(host, post)}
            for post in posts:
                if post.post_id in sent:
                    sent.update(self._line(post))
                    sent.update(other for other in (post.quoted_id, post.reposted_id) if other)
            self._sent[host] = sent
        return self._sent[host]

    def _is_addressed(self, host: str, post: Said) -> bool:
        people = {post.author_id, *post.mentions}
        if not post.is_private:
            others = (post.parent_id, post.root_id, post.quoted_id, post.reposted_id)
            found = (self._elsewhere.posts.get((MASTODON, other or "")) for other in others)
            people |= {other.author_id for other in found if other is not None}
        return any(one.endswith(f"@{host}") for one in people)
