"""Everyday life after the script: a world that is served reaches today, and has something new tomorrow.

Nothing of it is planned, so no truth is told of it, and it touches nothing that was written before.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

from emulator.script.scenes import Scenes
from emulator.script.writer import Writer

# A home keeps its world, and its schedule goes on for as long.
WEEKS_ON = 52


def go_on(
    writer: Writer, forest: Scenes, crafts: Scenes, people: Sequence[str], first: int, count: int
) -> None:
    """`count` weeks of it from week `first` on. More weeks change none of those before them."""
    # Of its own: the script's posts are the same with and without it.
    writer.random = random.Random(f"{writer.seed}, and then")
    # What is said late in the last week is answered after it.
    writer.until += timedelta(weeks=count + 1)
    for week in range(first, first + count):
        for scenes in (forest, crafts):
            scenes.write_feed(range(week, week + 1))
        for day in range(7):
            forest.say(_anybody(writer, people), week, day, asks=day % 3 == 0)
        for turns in (2, 2, 2, 4, 4):
            forest.talk(_anybody(writer, people), week, writer.random.choice(forest.days), turns)
        forest.talk(_anybody(writer, people), week, writer.random.randrange(6), 2, opening="mention")
        forest.quoted(
            _anybody(writer, people), week, writer.random.choice(forest.days), answered=week % 2 == 0
        )
        for day in (0, 2, 4, 6):
            crafts.say(_anybody(writer, people), week, day, asks=day == 2)
        for turns in (2, 4):
            crafts.talk(_anybody(writer, people), week, writer.random.choice(crafts.days), turns)


def _anybody(writer: Writer, people: Sequence[str]) -> str:
    return writer.random.choice(people)
