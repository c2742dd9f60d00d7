"""Objects of a network with anything wrong about them: seeded, thousands of them, none like another."""

import copy
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from rapport.networks import X

# What stands where something else belongs.
ODD: list[Any] = [
    None, True, False, 0, -1, 1, 7, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, 10**30, 0.5, -2.5, 1.5859343964210463e18,
    900201.0, 1e300, "", " ", "0", "-1", "seven", "1.5e+18", "1" * 20, "9" * 19, "12\n34", "x:7", "null", "@us", "  7 ",
    "infinity", "-infinity", "epoch", "1969-12-31T23:59:59Z", "2006-03-20T00:00:00Z", "2031-01-01T00:00:00Z",
    "9999-12-31", "290000-01-01", "4713-01-01 (BC)", "0001-01-01", "2026-02-30T00:00:00Z", "10:00", "soon",
    [], [None], [[]], ["7"], [7.5], {}, {"id": "7"}, {"id": None}, [{}], [{"start": 0, "end": 4}],
    [{"type": "retweeted"}], [{"id": "1"}], "a" * 5000, "\x00", "\ud83d", "'; drop table raw.posts; --", "<b>", "💐",
]  # fmt: skip


def id_at(moment: datetime, number: int) -> str:
    """An id that holds the moment."""
    assert X.epoch_ms is not None
    return str(((int(moment.timestamp() * 1000) - X.epoch_ms) << 22) + number)


class Maker:
    """Makes posts and users of a small talk, and spoils them."""

    def __init__(self, seed: int, start: datetime) -> None:
        self.chance = Random(seed)
        self._start = start
        self._number = 0
        self._recent: list[tuple[str, str]] = []

    def post(self) -> dict[str, Any]:
        """A whole post of one of us or of others; half of them answer one before."""
        self._number += 1
        author = self.chance.choice(["101", "102", *map(str, range(200, 230))])
        at = self._start + timedelta(seconds=600 * self._number)
        post_id = id_at(at, self._number)
        made: dict[str, Any] = {
            "id": post_id, "author_id": author, "text": f"@h101 what of {self._number}? #moss",
            "created_at": f"{at:%Y-%m-%dT%H:%M:%S}.000Z", "conversation_id": post_id, "lang": "en",
            "edit_history_tweet_ids": [post_id],
            "entities": {"mentions": [{"start": 0, "end": 5, "username": "h101", "id": "101"}]},
            "public_metrics": {"retweet_count": 1, "reply_count": 2, "like_count": 3, "quote_count": 0},
        }  # fmt: skip
        if self._recent and self.chance.random() < 0.5:
            root, whom = self.chance.choice(self._recent[-40:])
            kind = self.chance.choice(["replied_to", "replied_to", "quoted", "retweeted"])
            made["referenced_tweets"] = [{"type": kind, "id": root}]
            if kind == "replied_to":
                made |= {"conversation_id": root, "in_reply_to_user_id": whom}
        if self.chance.random() < 0.1:
            made["note_tweet"] = {
                "text": "longer " * 30,
                "entities": {"mentions": [{"start": 0, "username": "h201"}]},
            }
        self._recent.append((post_id, author))
        return made

    def user(self) -> dict[str, Any]:
        """A whole account."""
        number = self.chance.choice(["101", "102", *map(str, range(200, 230))])
        return {
            "id": number, "username": f"h{number}", "name": f"Name {number}", "description": "words",
            "location": "Kyoto", "created_at": "2012-05-01T10:00:00.000Z", "protected": False,
            "public_metrics": {"followers_count": 5, "following_count": 6, "tweet_count": 7, "listed_count": 0},
        }  # fmt: skip

    def spoiled(self, whole: dict[str, Any], count: int = 1) -> Any:
        """The object with so many places spoilt: another value there, none, one of elsewhere; or no object at all."""
        if self.chance.random() < 0.02:
            return self.chance.choice(ODD)
        made = copy.deepcopy(whole)
        for _ in range(count):
            places = list(_places(made))
            holder, key = self.chance.choice(places)
            if isinstance(holder, dict) and self.chance.random() < 0.2:
                del holder[key]
            elif self.chance.random() < 0.1:
                other, other_key = self.chance.choice(places)
                holder[key] = copy.deepcopy(other[other_key])
            else:
                holder[key] = copy.deepcopy(self.chance.choice(ODD))
        return made


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every member and item in it, as (what holds it, its key)."""
    for key in (
        list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    ):
        yield value, key
        yield from _places(value[key])
