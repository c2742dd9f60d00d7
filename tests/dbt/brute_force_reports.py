"""What the reports on content, readership and the rest say, written plainly: see `brute_force`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tests.dbt.brute_force import Act, Placed, exchanges_of
from tests.dbt.histories import OURS, Post

Talks = dict[str, list[tuple[str, Act]]]  # as brute_force.with_us gives it: person -> (direction, act)


@dataclass
class Sparked:
    """What a post of ours started."""

    answering: set[str] = field(default_factory=set)
    real: list[str] = field(default_factory=list)
    returners: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)

    @property
    def place(self) -> tuple[int, int, int]:
        """What it is ranked by, higher is better."""
        real = len(self.real)
        return (real, len(self.returners), len(self.new)) if real else (0, 0, 0)


def sparked(posts: Iterable[Post], placed: dict[str, Placed], talks: Talks) -> dict[str, Sparked]:
    """Per post of ours (no reposts): whom it drew into a conversation, walking through every talk."""
    captured = {post.post_id: post for post in posts if post.is_captured}
    ours = {one.post_id for one in captured.values() if one.account_id in OURS and not one.reposted_post_id}
    found = {post_id: Sparked() for post_id in ours}
    for person, talk in talks.items():
        exchanges = exchanges_of(talk)
        for root in {act.root for _, act in talk}:
            first = next((act for direction, act in talk if direction == "in" and act.root == root), None)
            if first is None:
                continue
            post = captured[first.post_id]
            claims = (post.parent_post_id, post.quoted_post_id, root)
            spark = next((one for one in claims if one in ours), None)
            if spark is None:
                continue
            turns = sum(
                place.is_new_turn and captured[post_id].account_id == person
                for post_id, place in placed.items()
                if place.root == root
            )
            found[spark].answering.add(person)
            if any(one == root and number == 2 for _, one, number in exchanges):
                found[spark].real.append(person)
            if turns >= 2:
                found[spark].returners.add(person)
            if exchanges and exchanges[0][1] == root:
                found[spark].new.add(person)
    return found


def ranks(places: dict[str, tuple[int, ...]]) -> dict[str, int]:
    """1 for the best; equals share a rank, and the next rank leaves room for them."""
    return {one: 1 + sum(other > place for other in places.values()) for one, place in places.items()}


def monday_number(moment: datetime) -> int:
    """ISO weeks counted from Monday 1970-01-05."""
    return (moment.date().toordinal() - datetime(1970, 1, 5).toordinal()) // 7  # noqa: DTZ001


def readers(acts: Iterable[tuple[str, datetime]], last_complete_week: int) -> dict[int, set[str]]:
    """Per week, who acted on our posts in two different weeks of the last eight; `acts` as (person, moment)."""
    weeks: dict[str, set[int]] = defaultdict(set)
    for person, moment in acts:
        weeks[person].add(monday_number(moment))
    first = min(min(one) for one in weeks.values())
    found: dict[int, set[str]] = {first - 1: set()}
    for week in range(first, last_complete_week + 2):
        active = {
            person for person, acted in weeks.items() if sum(week - 8 < one <= week for one in acted) >= 2
        }
        # in the week that runs nobody leaves yet
        found[week] = active if week <= last_complete_week else active | found[week - 1]
    return found
