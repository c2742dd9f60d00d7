"""What each server calls a status, an account, a like: numbers of its own, the time of making in the upper bits."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta

from emulator.elsewhere.model import MASTODON, Elsewhere, Said, Someone

_UNIX = datetime(1970, 1, 1, tzinfo=UTC)


def number_of(at: datetime, name: str) -> str:
    """The number of something made at that time; `name` tells apart what shares a millisecond."""
    milliseconds = (at - _UNIX) // timedelta(milliseconds=1)
    return str((milliseconds << 16) | (zlib.crc32(name.encode()) & 0xFFFF))


class Numbers:
    """Numbers of statuses and accounts on every server, there and back."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._elsewhere = elsewhere
        self._posts: dict[str, dict[str, Said]] = {}
        self._people: dict[str, dict[str, Someone]] = {}
        self._count = (0, 0)

    def of_post(self, host: str, post: Said) -> str:
        """What the server calls the status."""
        if post.number and post.author_id.endswith(f"@{host}"):
            return post.number
        return number_of(post.created_at, f"{host} {post.post_id}")

    def of_account(self, host: str, someone: Someone) -> str:
        """What the server calls the account."""
        if someone.number and someone.host == host:
            return someone.number
        return number_of(someone.created_at, f"{host} {someone.account_id}")

    def post(self, host: str, number: str) -> Said | None:
        """The status of that number on the server."""
        self._look_again()
        if host not in self._posts:
            posts = self._elsewhere.of(MASTODON)
            self._posts[host] = {self.of_post(host, post): post for post in posts}
        return self._posts[host].get(number)

    def account(self, host: str, number: str) -> Someone | None:
        """The account of that number on the server."""
        self._look_again()
        if host not in self._people:
            people = [one for (network, _), one in self._elsewhere.people.items() if network == MASTODON]
            self._people[host] = {self.of_account(host, one): one for one in people}
        return self._people[host].get(number)

    def _look_again(self) -> None:
        count = (len(self._elsewhere.posts), len(self._elsewhere.people))
        if count != self._count:
            self._count = count
            self._posts.clear()
            self._people.clear()
