"""Scenes: the few ways in which people and a client meet. The script is written in these words."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from emulator.errors import ScriptError
from emulator.model import ClientScript, Post
from emulator.script.banks import Bank, Topic
from emulator.script.writer import Writer

OPENERS = ("", "", "", "", "Reading this over breakfast. ", "Late to this, sorry. ",
           "Lovely thread. ", "Sharing this with my team. ", "Morning! ", "Oh, this is good. ",
           "Been wondering about this. ")  # fmt: skip
QUESTION_OPENERS = ("Genuine question: ", "Curious: ", "Maybe naive: ")
QUOTE_WORDS = ("This is worth five minutes of anybody's day.", "Why I follow them, in one post.",
               "Putting this here for my seminar on Thursday.", "See also what they found last year, it fits.",
               "We see the same on our side of the hill.", "Patient work like this rarely makes the news.",
               "The figure in the replies is even better.", "Somebody print this on a mug.")  # fmt: skip
QUOTE_ANSWERS = ("Thank you for passing it on. If your seminar finds gaps, we want to hear of them.",
                 "That is kind. The raw data are open, should you want to dig.",
                 "Interesting that you see it too. At which altitude is your site?",
                 "Made our morning, thank you.")  # fmt: skip


class Pen(Protocol):
    """What the scenes need of who writes them: verbs that make a post and declare whom it addresses."""

    clients: list[ClientScript]
    random: random.Random

    def when(self, week: int, weekday: int, hour: int, minute: int = 0, second: int = 0) -> datetime: ...

    def post(
        self, author: str, text: str, at: datetime, *, to: tuple[str, ...] = (), lang: str = "en"
    ) -> Any: ...

    def reply(self, author: str, parent: Any, text: str, at: datetime, *, lang: str = "en") -> Any: ...

    def quote(self, author: str, quoted: Any, text: str, at: datetime) -> Any: ...

    def repost(self, author: str, post: Any, at: datetime) -> Any: ...


W = TypeVar("W", bound=Pen)
P = TypeVar("P")


class Play(Generic[W, P]):
    """The scenes of one client on one network. `days` are the weekdays on which its account posts in the morning."""

    def __init__(self, writer: W, client_id: str, bank: Bank, days: tuple[int, ...]) -> None:
        self.w = writer
        self.client_id = client_id
        self.client = next(client for client in writer.clients if client.client_id == client_id)
        self.us = self.client.accounts[0]
        self.bank = bank
        self.days = days
        self.feed: dict[tuple[int, int], tuple[P, Topic]] = {}
        self._used: dict[str, set[str]] = {}

    # --- words ---

    def fill(self, text: str) -> str:
        """Fills a bank's slots."""
        rng = self.w.random
        return text.format(
            place=rng.choice(self.bank.places), species=rng.choice(self.bank.species), n=rng.randrange(7, 94)
        )

    def fresh(self, options: tuple[str, ...], *keys: str) -> str:
        """One of `options` not said under any of `keys`; where none is left, the first keys count less."""
        used = [self._used.setdefault(key, set()) for key in keys]
        left = list(options)
        for start in range(len(used)):
            unsaid = [option for option in options if not any(option in said for said in used[start:])]
            if unsaid:
                left = unsaid
                break
        chosen = self.w.random.choice(left)
        for said in used:
            said.add(chosen)
        return chosen

    def dialogue(self, person: str, week: int, topic: Topic, turns: int) -> list[str]:
        """`turns` lines of one dialogue, them first, if possible new to this person and in this week."""
        rng = self.w.random
        turns = min(turns, max(map(len, topic.dialogues)))
        fitting = {lines[0]: lines for lines in topic.dialogues if len(lines) >= turns}
        first = self.fresh(tuple(fitting), f"talk {person}", f"week {week}")
        place, species, number = (
            rng.choice(self.bank.places),
            rng.choice(self.bank.species),
            rng.randrange(12, 60),
        )
        lines = [line.format(place=place, species=species, n=number) for line in fitting[first][:turns]]
        openers = OPENERS + QUESTION_OPENERS if lines[0].endswith("?") else OPENERS
        return [rng.choice(openers) + lines[0], *lines[1:]]

    def later(self, at: datetime, low: int = 9, high: int = 420) -> datetime:
        """A while after `at`: minutes between `low` and `high`, short ones more often."""
        rng = self.w.random
        minutes = low + (high - low) * rng.random() ** 2.2
        return at + timedelta(minutes=int(minutes), seconds=rng.randrange(60))

    # --- scenes ---

    def write_feed(self, weeks: range) -> None:
        """Our morning posts, on which most talk hangs."""
        rng = self.w.random
        for week in weeks:
            for day in self.days:
                topic = self.bank.topics[
                    (week * len(self.days) + self.days.index(day)) % len(self.bank.topics)
                ]
                text = self.fill(self.fresh(topic.posts, f"feed {topic.name}"))
                if len(self._used[f"feed {topic.name}"]) == len(topic.posts):
                    self._used[f"feed {topic.name}"].clear()
                at = self.w.when(week, day, 7, rng.randrange(5, 55), rng.randrange(60))
                self.feed[week, day] = (self.w.post(self.us, text, at), topic)

    def talk(
        self,
        person: str,
        week: int,
        weekday: int,
        turns: int = 4,
        *,
        opening: str = "reply",
        by: tuple[str, ...] = (),
        hour: int | None = None,
        topic: str | None = None,
    ) -> list[P]:
        """`turns` addresses to and fro, the person first: 2 turns make one exchange, 3 a real conversation.

        opening: "reply" to our post of that day, "mention" in a post of their own, "quote" of our post.
        by: who of us speaks, in turn (default: the tracked account).
        """
        rng = self.w.random
        at = self.w.when(week, weekday, hour or rng.randrange(9, 19), rng.randrange(60), rng.randrange(60))
        ours, subject = None, rng.choice(self.bank.topics)
        if opening != "mention":
            if (week, weekday) not in self.feed:
                raise ScriptError(f"No post of @{self.us} on day {weekday} of week {week} for @{person}.")
            ours, subject = self.feed[week, weekday]
        subject = next((known for known in self.bank.topics if known.name == topic), subject)
        lines = self.dialogue(person, week, subject, turns)
        if ours is None:
            posts = [self.w.post(person, self._with_mention(lines[0]), at, to=(self.us,))]
        elif opening == "quote":
            posts = [self.w.quote(person, ours, lines[0], at)]
        else:
            posts = [self.w.reply(person, ours, lines[0], at)]
        speakers = by or (self.us,)
        is_slow = weekday <= 1 and rng.random() < 0.15  # now and then nobody is at the desk for a day
        for turn, line in enumerate(lines[1:], start=1):
            at = self.later(at, 1500, 2400) if is_slow and turn == 1 else self.later(at)
            who = person if turn % 2 == 0 else speakers[(turn // 2) % len(speakers)]
            posts.append(self.w.reply(who, posts[-1], line, at))
        return posts

    def say(
        self,
        person: str,
        week: int,
        weekday: int,
        *,
        asks: bool = False,
        text: str | None = None,
        answer: str | None = None,
        hour: int | None = None,
        lang: str = "en",
    ) -> list[P]:
        """A mention of us in a post of their own, a question or not; with `answer`, we answer it."""
        rng = self.w.random
        at = self.w.when(week, weekday, hour or rng.randrange(8, 21), rng.randrange(60), rng.randrange(60))
        if text is None:
            topic = rng.choice(self.bank.topics)
            kind = topic.questions if asks else topic.statements
            text = self._with_mention(self.fill(self.fresh(kind, f"said {asks}")))
        posts = [self.w.post(person, text, at, to=(self.us,), lang=lang)]
        if answer:
            posts.append(self.w.reply(self.us, posts[0], answer, self.later(at), lang=lang))
        return posts

    def react(
        self,
        person: str,
        week: int,
        weekday: int,
        text: str,
        *,
        answer: str | None = None,
        by: str | None = None,
        hour: int | None = None,
    ) -> list[P]:
        """One reply to our post of that day; with `answer`, one of us answers it."""
        at = self.w.when(week, weekday, hour or self.w.random.randrange(9, 20), self.w.random.randrange(60))
        posts = [self.w.reply(person, self.feed[week, weekday][0], text, at)]
        if answer:
            posts.append(self.w.reply(by or self.us, posts[0], answer, self.later(at)))
        return posts

    def reach_out(self, person: str, week: int, weekday: int, turns: int = 1) -> list[P]:
        """We reply to a post of theirs that has nothing to do with us; `turns` addresses from there, us first."""
        rng = self.w.random
        lines = self.fresh_outreach(person)
        at = self.w.when(week, weekday, rng.randrange(8, 15), rng.randrange(60), rng.randrange(60))
        posts = [self.w.post(person, lines[0], at)]
        for turn, line in enumerate(lines[1 : turns + 1]):
            at = self.later(at, 20, 300)
            posts.append(self.w.reply(self.us if turn % 2 == 0 else person, posts[-1], line, at))
        return posts

    def fresh_outreach(self, person: str) -> tuple[str, ...]:
        """A dialogue that begins with a post of their own."""
        options = {lines[0]: lines for lines in self.bank.outreach}
        return options[self.fresh(tuple(options), "outreach", f"outreach {person}")]

    def quoted(self, person: str, week: int, weekday: int, *, answered: bool) -> list[P]:
        """A quote of our post of that day: an address in a conversation of its own."""
        at = self.w.when(week, weekday, self.w.random.randrange(10, 21), self.w.random.randrange(60))
        posts = [self.w.quote(person, self.feed[week, weekday][0], self.fresh(QUOTE_WORDS, "quotes"), at)]
        if answered:
            text = self.fresh(QUOTE_ANSWERS, "quote answers")
            posts.append(self.w.reply(self.us, posts[0], text, self.later(at)))
        return posts

    def nod(self, person: str, week: int, weekday: int) -> P:
        """A repost of our post of that day."""
        at = self.w.when(week, weekday, self.w.random.randrange(9, 22), self.w.random.randrange(60))
        return self.w.repost(person, self.feed[week, weekday][0], at)

    def _with_mention(self, text: str) -> str:
        """Our handle, typed: at the end, in the middle, or in front."""
        place = self.w.random.random()
        if place < 0.55:
            return f"{text} @{self.us}"
        if place < 0.8:
            return f"Hello @{self.us}! {text}"
        return f"@{self.us} {text}"


class Scenes(Play[Writer, Post]):
    """The scenes on X."""
