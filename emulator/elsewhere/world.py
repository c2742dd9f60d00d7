"""Builds what the invented world says on Bluesky and Mastodon, beside X's world and without touching it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

from emulator.elsewhere import bridge, on_bluesky, on_mastodon
from emulator.elsewhere.cast import (
    BLUESKY_CAST,
    MASTODON_CAST,
    ON_BLUESKY,
    ON_MASTODON,
    audience,
    introduce,
)
from emulator.elsewhere.joined import JOINED
from emulator.elsewhere.model import Elsewhere
from emulator.elsewhere.writer import BlueskyPen, MastodonPen, NetworkPen, Scenes
from emulator.model import WEEKS, World
from emulator.script.banks import bank
from emulator.script.patterns import Crowd


def build_elsewhere(world: World, weeks_on: int = 0) -> Elsewhere:
    """The two other networks of X's `world`, with the same end and seed; with `weeks_on`, life goes on for so long."""
    elsewhere = Elsewhere(world.until, joined=JOINED)
    bluesky = BlueskyPen(elsewhere, ON_BLUESKY, world.seed)
    mastodon = MastodonPen(elsewhere, ON_MASTODON, world.seed)
    introduce(bluesky, BLUESKY_CAST, world)
    introduce(mastodon, MASTODON_CAST, world)
    sky = Scenes(bluesky, "lichtung", bank("forest"), days=(0, 2, 4))
    wood = Scenes(mastodon, "lichtung", bank("forest"), days=(1, 3))
    forge = Scenes(mastodon, "kupferhof", bank("museum"), days=(1, 3))
    for scenes in (sky, wood, forge):
        scenes.write_feed(range(WEEKS))
    on_bluesky.play(sky)
    on_mastodon.play(wood, world)
    on_mastodon.play_museum(forge)
    bridge.copy(mastodon, bluesky)

    seen = audience(bluesky, 30, "{f}-{l}.sky.test")
    met = audience(mastodon, 36, "{f}_{l}@fedi.test")
    everybody = {"bluesky": tuple(seen), "mastodon": tuple(met)}
    for scenes, names in ((sky, seen), (wood, met)):
        crowd = Crowd(scenes, names)
        crowd.mention_once(5, range(0, 21))
        crowd.one_exchange(8, range(0, WEEKS))
        crowd.real(3, gaps=range(1, 2), times=1)
        crowd.real(3, gaps=range(2, 10), times=2)
        crowd.reached_out(3, range(0, WEEKS))
        crowd.quotes(2, range(0, 22))
    small = Crowd(forge, met)
    small.one_exchange(4, range(0, WEEKS))
    small.real(2, gaps=range(2, 9), times=2)
    for scenes in (sky, wood, forge):
        _applaud(scenes, everybody[scenes.w.network], range(WEEKS))
    for pen in (bluesky, mastodon):
        pen.acts.sort(key=lambda act: (act.at, act.post_id))
    if weeks_on:
        for pen in (bluesky, mastodon):
            _begin_life(pen, weeks_on)
        _go_on((sky, wood, forge), everybody, weeks_on)
    return elsewhere


def _applaud(scenes: Scenes, people: Sequence[str], weeks: range) -> None:
    """Likes of our morning posts by a few of the audience, within a day and a half."""
    rng = scenes.w.random
    for (week, _), (post, _) in sorted(scenes.feed.items()):
        if week in weeks:
            for person in sorted(rng.sample(people, rng.randrange(5))):
                scenes.w.like(person, post, scenes.later(post.created_at, 3, 2000))


def _begin_life(pen: NetworkPen, weeks_on: int) -> None:
    """What is said from now on is declared nowhere, and is no part of the truth."""
    pen.random = random.Random(f"{pen.seed}, and then on {pen.network}")
    pen.acts = []
    # What is said late in the last week is answered after it.
    pen.end += timedelta(weeks=weeks_on + 1)


def _go_on(plays: tuple[Scenes, ...], people: dict[str, tuple[str, ...]], count: int) -> None:
    """`count` weeks of everyday life: something on each network and for each client, every day."""
    for week in range(WEEKS, WEEKS + count):
        for scenes in plays:
            rng, names = scenes.w.random, people[scenes.w.network]
            scenes.write_feed(range(week, week + 1))
            for day in range(7):
                scenes.say(rng.choice(names), week, day, asks=day % 3 == 0)
            for turns in (2, 4):
                scenes.talk(rng.choice(names), week, rng.choice(scenes.days), turns)
            scenes.quoted(rng.choice(names), week, rng.choice(scenes.days), answered=week % 2 == 0)
            scenes.nod(rng.choice(names), week, rng.choice(scenes.days))
            _applaud(scenes, names, range(week, week + 1))
