"""Builds the scripted world: 26 full ISO weeks that end on a Monday, 00:00 UTC, and everyday life after it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from emulator.errors import EmulatorError
from emulator.life import go_on
from emulator.model import WEEKS, World
from emulator.script import characters, messages, museum, oddities, waiting
from emulator.script.banks import bank
from emulator.script.cast import audience, introduce
from emulator.script.patterns import Crowd
from emulator.script.scenes import Scenes
from emulator.script.writer import Writer


def latest_monday(now: datetime | None = None) -> date:
    """The newest Monday whose 00:00 UTC is not in the future."""
    today = (now or datetime.now(UTC)).astimezone(UTC).date()
    return today - timedelta(days=today.weekday())


def build_world(until: date | None = None, seed: int = 7, weeks_on: int = 0) -> World:
    """The world whose script ends at 00:00 UTC of the Monday `until` (default: the latest one).

    The same `until` and `seed` give the same world, to the byte. With `weeks_on`, everyday life follows the script for
    so long. Raises EmulatorError if `until` is no Monday.
    """
    until = until or latest_monday()
    if until.weekday() != 0:
        monday = until - timedelta(days=until.weekday())
        raise EmulatorError(
            f"The world's script ends on a Monday, and {until} is a {until:%A}.",
            f"Give --until {monday} or --until {monday + timedelta(weeks=1)}.",
        )
    writer = Writer(datetime.combine(until, time(), tzinfo=UTC), seed)
    introduce(writer)
    forest = Scenes(writer, "lichtung", bank("forest"), days=(0, 1, 2, 3, 4))
    crafts = Scenes(writer, "kupferhof", bank("museum"), days=(1, 3, 5))
    forest.write_feed(range(WEEKS))
    crafts.write_feed(range(WEEKS))
    characters.play(forest)
    oddities.play(forest)
    waiting.play(forest)
    museum.play(crafts)
    writer.messages = messages.write(writer)

    names = audience(writer, 340)
    everybody = tuple(names)
    crowd = Crowd(forest, names)
    crowd.mention_once(52, range(0, 22))
    crowd.mention_once(6, range(22, WEEKS))
    crowd.one_exchange(78, range(0, WEEKS))
    crowd.real(38, gaps=range(1, 2), times=1)
    crowd.real(22, gaps=range(2, 13), times=2)
    crowd.real(5, gaps=range(14, 20), times=2)
    crowd.real(8, gaps=range(2, 10), times=3)
    crowd.real(3, gaps=range(3, 6), times=5)
    crowd.reached_out(24, range(0, WEEKS))
    crowd.quotes(16, range(0, 22))
    crowd.nods(14, each=3)
    crowd.bystanders(8)
    small = Crowd(crafts, names)
    small.mention_once(8, range(0, 22))
    small.one_exchange(16, range(0, WEEKS))
    small.real(8, gaps=range(1, 2), times=1)
    small.real(5, gaps=range(2, 9), times=2)
    small.real(2, gaps=range(2, 9), times=3)
    small.reached_out(5, range(0, WEEKS))
    small.quotes(3, range(0, 22))
    small.nods(3, each=2)
    world = writer.world()
    if weeks_on:
        go_on(writer, forest, crafts, everybody, WEEKS, weeks_on)
    return world
