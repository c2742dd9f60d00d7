"""A seeded history as numbers: who wrote when, in answer to whom. `benchmarks.raw` writes it out as posts.

Shaped like what a client's capture holds: half of the threads are one post, the largest has 100,000 replies, talk
between two goes hundreds deep, and about half of those who turn to somebody never hear back. Everything is drawn
in whole arrays: ten million posts take seconds. The same seed gives the same posts.
"""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Yes = npt.NDArray[np.bool_]

DAY_MS = 86_400_000
SPAN_DAYS = 728  # two years of whole weeks
START_MS = 1_704_067_200_000  # Monday 2024-01-01 UTC
END_MS = START_MS + SPAN_DAYS * DAY_MS
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657

# Accounts are numbers: first the client's own, then its bots, then everybody else.
TRACKED, TEAM, BOTS = 2, 10, 3
OURS = TRACKED + TEAM
_OTHERS = OURS + BOTS

LARGEST_THREAD = 100_001
_DEEPEST_CHAIN = 800
_CIRCLE = 12
_REPOST_SHARE = 0.08
_MISSED_SHARE = 0.02
_NONE = -1


@dataclass
class History:
    """One array a column, a row a post, oldest first; what refers to a post is its row, -1 for none."""

    at_ms: Whole
    author: Whole
    parent: Whole
    root: Whole
    quoted: Whole
    reposted: Whole
    typed: Whole  # the account that a mention at the end of the text names
    is_captured: Yes

    def __len__(self) -> int:
        return len(self.at_ms)

    def followed_by(self, other: "History") -> "History":
        """Both, one after the other; the other's rows already count from the end of these."""
        return History(*(np.concatenate([getattr(self, field.name), getattr(other, field.name)])
                         for field in fields(self)))  # fmt: skip

    def post_ids(self) -> Whole:
        """Snowflakes of each post's time, distinct."""
        return (self.at_ms - SNOWFLAKE_EPOCH_MS << 22) | (np.arange(len(self)) & 0x3FFFFF)


def account_count(post_count: int) -> int:
    """How many accounts write a history of that size."""
    return max(200, post_count // 12)


def build(post_count: int, seed: int = 7) -> History:
    """Two years with `post_count` captured posts, and 2% more that no page brought."""
    chance = np.random.default_rng(seed)
    total = round(post_count / (1 - _MISSED_SHARE))
    repost_count = round(total * _REPOST_SHARE)
    people = account_count(post_count)
    talk = _threads(chance, total - repost_count, START_MS, SPAN_DAYS * DAY_MS, people)
    history = _in_order(talk.followed_by(_reposts(chance, talk, repost_count, END_MS, people)))
    missed = chance.choice(total, size=total - post_count, replace=False)
    history.is_captured[missed] = False
    return history


def a_day_after(history: History, post_count: int, seed: int = 8) -> tuple[History, Whole]:
    """The history with one more day, and the rows which that day's pages bring.

    Of these, a tenth are old posts that had been missed, a third answer posts of any age, and the rest are new.
    """
    chance = np.random.default_rng(seed)
    people = account_count(int(history.is_captured.sum()))
    missed = np.flatnonzero(~history.is_captured)
    late = chance.choice(missed, size=min(post_count // 10, len(missed)), replace=False)
    answer_count = post_count // 3
    repost_count = round(post_count * _REPOST_SHARE)
    fresh_count = post_count - len(late) - answer_count - repost_count

    fresh = _threads(chance, fresh_count, END_MS, DAY_MS, people)
    fresh = fresh.followed_by(_reposts(chance, fresh, repost_count, END_MS + DAY_MS, people))
    fresh = _in_order(fresh)
    answers = _answers(chance, history, answer_count, people)
    shift = len(history)
    for column in (fresh.parent, fresh.root, fresh.quoted, fresh.reposted):
        column[column != _NONE] += shift
    whole = history.followed_by(fresh).followed_by(answers)
    whole.is_captured[late] = True
    return whole, np.concatenate([np.sort(late), np.arange(shift, len(whole))])


def _threads(chance: np.random.Generator, count: int, start_ms: int, span_ms: int, people: int) -> History:
    """Conversations of `count` posts in all, within the span; posts of a thread stand in order, threads do not."""
    size = _sizes(chance, count)
    first = np.cumsum(size) - size
    thread = np.repeat(np.arange(len(size)), size)
    place = np.arange(count) - first[thread]
    # Two people, one line: what most long threads are that are not an audience before a stage.
    is_dialogue = (size >= 3) & (size <= 600) & (chance.random(len(size)) < 0.4)
    parent = first[thread] + _parents(chance, place, size[thread], is_dialogue[thread])
    parent[place == 0] = _NONE
    is_our_thread = chance.random(len(size)) < 0.15
    is_our_thread[0] = True
    author = _authors(chance, parent, place, thread, size, is_dialogue, is_our_thread, people)

    known = _OTHERS + (author + chance.integers(1, 9, count)) % (people - _OTHERS)
    typed = np.where(chance.random(count) < 0.05, known, _NONE)
    # A lone post of somebody else is captured only because it names us; of other openings some do.
    is_alone = size[thread] == 1
    names_us = (place == 0) & (author >= OURS) & (is_alone | (chance.random(count) < 0.03))
    typed[names_us] = _of_us(chance, int(names_us.sum()))
    typed[typed == author] = _NONE

    quoted = np.full(count, _NONE)
    can_quote = np.flatnonzero(chance.random(count) < np.where(place == 0, 0.1, 0.01))
    at_ms = _times(chance, size, first, thread, place, start_ms, span_ms)
    older = chance.integers(0, count, len(can_quote))
    is_older = at_ms[older] < at_ms[can_quote]
    quoted[can_quote[is_older]] = older[is_older]
    return History(
        at_ms, author, parent, first[thread], quoted, np.full(count, _NONE), typed, np.ones(count, bool)
    )


def _sizes(chance: np.random.Generator, count: int) -> Whole:
    """Thread sizes that add up to `count`: more than half are 1, and the first is the largest there may be."""
    largest = min(LARGEST_THREAD, max(1, count // 10))
    drawn = np.minimum(chance.random(count) ** (-1 / 1.3), largest).astype(np.int64)
    size = np.concatenate([[largest], drawn])
    ends = np.cumsum(size)
    size = size[: int(np.searchsorted(ends, count)) + 1]
    size[-1] -= int(size.sum()) - count
    return size


def _parents(chance: np.random.Generator, place: Whole, size: Whole, is_dialogue: Yes) -> Whole:
    """Which place of its thread each post answers: the opening, the post before, or any, early ones more often."""
    draw = chance.random(len(place))
    anywhere = (chance.random(len(place)) ** 2 * place).astype(np.int64)
    to_opening = np.where(size > 1000, 0.6, 0.2)
    answered = np.where(draw < to_opening, 0, np.where(draw < to_opening + 0.35, place - 1, anywhere))
    answered = np.where(is_dialogue & (draw < 0.97), place - 1, answered)
    # The end of the largest thread is one long line, so that depth is there whatever was drawn.
    largest = int(size[0])
    line = min(_DEEPEST_CHAIN, largest // 3)
    answered[largest - line : largest] = place[largest - line : largest] - 1
    return np.maximum(answered, 0)


def _authors(
    chance: np.random.Generator, parent: Whole, place: Whole, thread: Whole, size: Whole, is_dialogue: Yes,
    is_our_thread: Yes, people: int,
) -> Whole:  # fmt: skip
    """Who wrote: whoever was answered comes back, or goes on after themselves, or somebody of the audience."""
    count = len(parent)
    is_crowd = size[thread] > 1000
    # Around each thread a circle of regulars, who meet again in others; around ours always the same ones.
    circles = _CIRCLE * chance.integers(0, max(1, people // (4 * _CIRCLE)), len(size))
    circle = np.where(is_our_thread, 0, circles)[thread]
    breadth = np.where(is_crowd, 1000, np.where(is_our_thread[thread], 400, _CIRCLE))
    near = (chance.random(count) ** 3 * np.minimum(breadth, people // 2)).astype(np.int64)
    author = _OTHERS + (circle + near) % (people - _OTHERS)
    from_anywhere = chance.random(count) < np.where(is_crowd, 0.1, 0.03)
    author[from_anywhere] = _others(chance, int(from_anywhere.sum()), people)
    by_us = (chance.random(count) < np.where(is_crowd, 0.0005, 0.02)) | ((place == 0) & is_our_thread[thread])
    author[by_us] = _of_us(chance, int(by_us.sum()))

    above = np.where(parent == _NONE, _NONE, parent[parent])
    comes_back = chance.random(count) < np.where(is_dialogue[thread], 0.95, np.where(is_crowd, 0.4, 0.7))
    goes_on = chance.random(count) < 0.03
    same_as = np.arange(count)
    same_as = np.where((above != _NONE) & comes_back, above, same_as)
    same_as = np.where((parent != _NONE) & goes_on, parent, same_as)
    while not np.array_equal(same_as, further := same_as[same_as]):
        same_as = further  # each round doubles how far up a line is followed
    author = author[same_as]
    # Who would answer themselves by chance leaves the word to a neighbour.
    by_chance = (parent != _NONE) & ~goes_on & (author == author[parent]) & (author >= _OTHERS)
    author[by_chance] = _OTHERS + (author[by_chance] - _OTHERS + 1) % (people - _OTHERS)
    return author


def _times(
    chance: np.random.Generator, size: Whole, first: Whole, thread: Whole, place: Whole, start_ms: int,
    span_ms: int,
) -> Whole:  # fmt: skip
    """When: within hours mostly, within weeks in large threads; and some threads are taken up months later."""
    lasts = chance.lognormal(np.log(6 * 3_600_000), 1.5, len(size)) * size**0.25
    lasts = np.minimum(lasts, min(60 * DAY_MS, span_ms * 0.9))
    opened = start_ms + chance.random(len(size)) * (span_ms - lasts)
    waits = chance.exponential(1.0, len(place))
    waits[place == 0] = 0
    waited = np.cumsum(waits)
    waited -= waited[first][thread]
    whole = np.maximum(waited[first + size - 1], 1e-9)
    at_ms = opened[thread] + waited / whole[thread] * lasts[thread]
    at_ms = np.minimum(at_ms.astype(np.int64) + place, start_ms + span_ms - 1)
    revived = np.flatnonzero((size >= 3) & (chance.random(len(size)) < 0.03))
    last = first[revived] + size[revived] - 1
    left = start_ms + span_ms - 1 - at_ms[last]
    at_ms[last] += (chance.random(len(last)) * np.minimum(left, 300 * DAY_MS)).astype(np.int64)
    return at_ms


def _reposts(chance: np.random.Generator, talk: History, count: int, end_ms: int, people: int) -> History:
    """Reposts, of ours by others and of others by us; their rows count on from those of the talk."""
    ours = np.flatnonzero(talk.author < OURS)
    by_us = chance.random(count) < 0.2
    of_any = chance.integers(0, len(talk), count)
    of_ours = ours[(chance.random(count) ** 2 * len(ours)).astype(np.int64)] if len(ours) else of_any
    reposted = np.where(by_us, of_any, of_ours)
    author = _others(chance, count, people)
    author[by_us] = _of_us(chance, int(by_us.sum()))
    later = chance.lognormal(np.log(3 * 3_600_000), 1.5, count).astype(np.int64) + 1000
    at_ms = np.minimum(talk.at_ms[reposted] + later, end_ms - 1)
    at_ms = np.maximum(at_ms, talk.at_ms[reposted] + 1)
    nothing = np.full(count, _NONE)
    rows = len(talk) + np.arange(count)
    return History(
        at_ms, author, nothing, rows, nothing.copy(), reposted, nothing.copy(), np.ones(count, bool)
    )


def _answers(chance: np.random.Generator, history: History, count: int, people: int) -> History:
    """Replies on the day after to posts of the history: half to recent ones, half to any."""
    rows = len(history)
    recent = rows - 1 - np.minimum(chance.exponential(rows / SPAN_DAYS * 3, count).astype(np.int64), rows - 1)
    parent = np.where(chance.random(count) < 0.5, recent, chance.integers(0, rows, count))
    reposted = history.reposted[parent]
    parent = np.where(reposted == _NONE, parent, reposted)
    above = history.parent[parent]
    author = _others(chance, count, people)
    by_us = chance.random(count) < 0.15
    author[by_us] = _of_us(chance, int(by_us.sum()))
    comes_back = (above != _NONE) & (chance.random(count) < 0.4)
    author = np.where(comes_back, history.author[above], author)
    nothing = np.full(count, _NONE)
    at_ms = np.sort(END_MS + (chance.random(count) * DAY_MS).astype(np.int64))
    return History(
        at_ms, author, parent, history.root[parent], nothing, nothing.copy(), nothing.copy(),
        np.ones(count, bool),
    )  # fmt: skip


def _in_order(history: History) -> History:
    """The same posts, oldest first."""
    order = np.argsort(history.at_ms, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    sorted_ = History(*(getattr(history, field.name)[order] for field in fields(history)))
    for name in ("parent", "root", "quoted", "reposted"):
        column = getattr(sorted_, name)
        setattr(sorted_, name, np.where(column == _NONE, _NONE, place[column]))
    return sorted_


def _others(chance: np.random.Generator, count: int, people: int) -> Whole:
    """Accounts that are not ours; squared: some write often, most seldom."""
    return _OTHERS + (chance.random(count) ** 2 * (people - _OTHERS)).astype(np.int64)


def _of_us(chance: np.random.Generator, count: int) -> Whole:
    return (chance.random(count) ** 2 * OURS).astype(np.int64)
