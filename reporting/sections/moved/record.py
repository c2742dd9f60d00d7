"""Ties that moved, with the posts that moved them."""

from dataclasses import dataclass
from datetime import date

from reporting.posts import Post, is_message_key


@dataclass(frozen=True, slots=True)
class Move:
    """A tie that moved in a week, with the posts that moved it (network:id)."""

    person_id: str
    handle: str
    display_name: str
    week_start_date: date
    stage_before: str
    stage_after: str
    movement: str
    evidence_post_ids: tuple[str, ...]
    is_stakeholder: bool

    @property
    def message_count(self) -> int:
        """How many of them are direct messages: what those say is nowhere in the published file."""
        return sum(is_message_key(key) for key in self.evidence_post_ids)


@dataclass(frozen=True)
class Moved:
    """Moves of the report's week and of the week still running; `posts` are those behind them, by network:id."""

    this_week: list[Move]
    later: list[Move]
    posts: dict[str, Post]

    def evidence(self, move: Move) -> list[Post]:
        """The posts behind a move that are still held (some may have been erased since)."""
        return [self.posts[key] for key in move.evidence_post_ids if key in self.posts]
