"""The audience in the background: a few hundred people in simple patterns, each with its plan.

What a pattern makes of a person follows from its own declaration: a first exchange in week w makes them
acquainted in w, and 13 weeks of silence after their last exchange make them dormant.
"""

from __future__ import annotations

from typing import Any

from emulator.model import WEEKS
from emulator.script.scenes import Play

SILENCE = 13  # weeks without an exchange until a tie is dormant
Span = tuple[int, str]


def lapse(last: int) -> Span:
    """Dormant, unless the world ends before."""
    return (last + SILENCE, "dormant")


def rhythm(*reals: int) -> list[Span]:
    """The spans of somebody with one real conversation in each of these weeks, and evenly both ways."""
    spans: list[Span] = []
    for count, week in enumerate(reals, start=1):
        stage = ("acquainted", "conversing", "connected")[min(count, 3) - 1]
        if count > 1 and week - reals[count - 2] > SILENCE:
            spans.append(lapse(reals[count - 2]))
        if not spans or spans[-1][1] != stage:
            spans.append((week, stage))
    spans.append(lapse(reals[-1]))
    return spans


class Crowd:
    """Plays the background of one client with people taken from `names` (handles), one after the other."""

    def __init__(self, scenes: Play[Any, Any], names: list[str]) -> None:
        self.s = scenes
        self.names = names
        self.rng = scenes.w.random

    def next(self) -> str:
        """The next unused person."""
        return self.names.pop()

    def day(self) -> int:
        """A weekday on which we posted, early enough to finish within the week."""
        return self.rng.choice([day for day in self.s.days if day < 5])

    def plan(self, person: str, story: str, spans: list[Span], waits: int = 0) -> None:
        """The plan of one background person."""
        self.s.w.plan(self.s.client_id, person, story, *spans, waits=waits, named=False)

    def mention_once(self, count: int, weeks: range) -> None:
        """They mention us once and nobody answers: noticed. In the last weeks that waits."""
        for number in range(count):
            person, week, day = self.next(), self.rng.choice(weeks), self.rng.randrange(7)
            self.s.say(person, week, day, asks=number % 3 == 0)
            waits = (WEEKS - week) * 7 - day <= 30  # days from that midnight to the end of the world
            self.plan(person, "mentioned us once", [(week, "noticed")], waits=int(waits))

    def one_exchange(self, count: int, weeks: range) -> None:
        """They speak, we answer, once: acquainted."""
        for number in range(count):
            person, week = self.next(), self.rng.choice(weeks)
            by = self.s.client.team[number % len(self.s.client.team) :][:1] if number % 4 == 0 else ()
            opening = "mention" if number % 3 == 2 and not by else "reply"
            self.s.talk(person, week, self.day(), 2, opening=opening, by=by)
            self.plan(person, "one exchange", [(week, "acquainted"), lapse(week)])

    def real(self, count: int, *, gaps: range, times: int) -> None:
        """`times` real conversations, `gaps` weeks apart."""
        for number in range(count):
            person = self.next()
            gap = [self.rng.choice(gaps) for _ in range(times - 1)]
            first = self.rng.randrange(0, WEEKS - sum(gap))
            weeks = [first + sum(gap[:index]) for index in range(times)]
            for index, week in enumerate(weeks):
                turns = 6 if (number + index) % 5 == 0 else 4
                opening = "mention" if (number + index) % 4 == 3 else "reply"
                team = self.s.client.team
                by = (self.s.us, team[number % len(team)]) if number % 6 == 1 and opening == "reply" else ()
                self.s.talk(person, week, self.day(), turns, opening=opening, by=by)
            self.plan(person, f"{times} real conversations", rhythm(*weeks))

    def reached_out(self, count: int, weeks: range) -> None:
        """We speak to them first: most stay silent, every third answers and we answer back."""
        for number in range(count):
            person, week = self.next(), self.rng.choice(weeks)
            answers = number % 3 == 0
            self.s.reach_out(person, week, self.rng.randrange(5), 3 if answers else 1)
            spans = [(week, "acquainted"), lapse(week)] if answers else [(week, "noticed")]
            self.plan(person, "we reached out", spans)

    def quotes(self, count: int, weeks: range) -> None:
        """They quote us; every second one gets an answer."""
        for number in range(count):
            person, week = self.next(), self.rng.choice(weeks)
            self.s.quoted(person, week, self.day(), answered=number % 2 == 0)
            spans = [(week, "acquainted"), lapse(week)] if number % 2 == 0 else [(week, "noticed")]
            self.plan(person, "quoted us", spans)

    def nods(self, count: int, each: int) -> None:
        """They repost us and never say a word: not in the ledger."""
        for _ in range(count):
            person = self.next()
            for _ in range(each):
                self.s.nod(person, self.rng.randrange(WEEKS), self.day())
            self.plan(person, "only reposts", [])

    def bystanders(self, count: int) -> None:
        """They reply to somebody else in our thread: our handle leads their text, but it is not for us."""
        for _ in range(count):
            person, week = self.next(), self.rng.randrange(WEEKS)
            other, day = self.next(), self.day()
            posts = self.s.react(other, week, day, "This matches what I see behind our house.",
                                 answer="Good to know, thank you. The map has room for your house.")  # fmt: skip
            self.s.w.reply(person, posts[0], "Same here, two valleys further on.", self.s.later(posts[-1].at))
            self.plan(person, "spoke to others in our thread", [])
            self.plan(other, "one exchange", [(week, "acquainted"), lapse(week)])
