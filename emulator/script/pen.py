"""What the pens of all networks share: when things happen, whom a post is declared to address, what was planned."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from emulator.model import WEEKS, Act, Plan

_QUESTION_MARKS = "?？؟"


def asks(text: str) -> bool:
    """Whether it asks something."""
    return any(mark in text for mark in _QUESTION_MARKS)


class Pen:
    """Collects acts and plans of a world that ends at `until`. All times are UTC."""

    def __init__(
        self, until: datetime, seed: int, dice: random.Random, acts: list[Act], plans: list[Plan]
    ) -> None:
        self.start = until - timedelta(weeks=WEEKS)
        self.seed = seed
        self.random = dice
        self.acts = acts
        self.plans = plans

    def when(self, week: int, weekday: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
        """A time of the world: week 0..25, weekday 0 = Monday."""
        return self.start + timedelta(weeks=week, days=weekday, hours=hour, minutes=minute, seconds=second)

    def plan(
        self,
        client_id: str,
        handle: str,
        story: str,
        *spans: tuple[int, str],
        waits: int = 0,
        named: bool = True,
    ) -> None:
        """Writes down what the scenes are meant to make of one account with one client."""
        kept = tuple(span for span in spans if span[0] < WEEKS)
        self.plans.append(Plan(client_id, handle, kept, story, named, waits))

    def declare(self, act: Act, addressed: Iterable[tuple[str, str]]) -> None:
        """The act towards each account (its id, and how it is addressed) once, by the kind listed first; never towards
        its own author."""
        seen = {act.from_id}
        for account_id, kind in addressed:
            if account_id not in seen:
                seen.add(account_id)
                self.acts.append(replace(act, to_id=account_id, kind=kind))
