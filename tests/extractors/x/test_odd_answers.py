"""Answers that are not as they should be: tokens that expire, pages, fields, versions, ids and posts that are odd.

The emulator gives each over real HTTP; what lands is whole, or the error says what is missing.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from emulator.world import build_world
from extractors import errors
from extractors.fetching import trail
from extractors.fetching.streams import Target
from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.state import gaps
from extractors.x import references, streams
from rapport.window import Window
from tests.clock import NOW, UNTIL
from tests.extractors.emulated import Emulated, emulating
from tests.extractors.x.attempts import OWN, TIMELINE, expected, us

pytestmark = pytest.mark.usefixtures("well_again")


# --- page tokens and pages --------------------------------------------------------------------------------------


def test_a_token_that_expires_costs_no_page(emulated: Emulated, attempt: Any) -> None:
    emulated.order(*({"kind": "token expired", "pages": "later", "after": after} for after in (1, 4)))
    with attempt() as run:
        run.walk()
        assert run.landed() == expected(emulated.world)
        assert len(emulated.requests) == len(run.pages()) + 2
        assert [words in run.messages[0] for words in ("expired", "going on below")] == [True, True]
    anew = [query for query in emulated.asked() if "until_id" in query and "pagination_token" not in query]
    assert [query["until_id"] for query in anew] == [expected(emulated.world)[at] for at in (39, 99)]


def test_a_token_that_expires_between_two_attempts(emulated: Emulated, attempt: Any) -> None:
    emulated.order({"kind": "no credits", "after": 2})
    with attempt() as run, pytest.raises(errors.SpendStopped):
        run.walk()
    emulated.order({"kind": "token expired", "pages": "later"}, {"kind": "no credits", "after": 3})
    with attempt() as run, pytest.raises(errors.SpendStopped):
        run.walk()
    emulated.order()
    with attempt() as run:  # the third attempt goes on in the pass of the second
        run.walk()
        assert run.landed() == expected(emulated.world)
    assert len([query for query in emulated.asked() if "until_id" in query]) > 2


def test_without_until_id_a_walk_begins_from_the_newest(emulated: Emulated, attempt: Any) -> None:
    reposted = max((p.reposted for p in emulated.world.newest_first if p.reposted), key=lambda p: p.reposts)
    stream = replace(streams.REPOSTERS, page_sizes=(1, 50))
    target = Target(reposted.post_id, path_id=reposted.post_id)
    emulated.order({"kind": "token expired", "pages": "later", "after": 1})
    with attempt() as run:
        run.walk(stream, target)
        landed = run.landed()
        assert landed[:100] == landed[100:200] and len(set(landed)) == len(landed) - 100
        assert len(set(landed)) > 200
        assert "going on from the newest" in run.messages[0]
        run.context.run_id = "again"
        emulated.order({"kind": "token expired", "pages": "later", "times": 0})
        with pytest.raises(errors.TokenExpired):
            run.walk(stream, target)
    assert len(run.pages()) - len({key for key in run.pages() if "again" not in key}) == trail.MOST_PASSES


def test_empty_pages_in_the_middle_are_no_end(emulated: Emulated, attempt: Any) -> None:
    emulated.order({"kind": "empty page", "pages": "later", "after": 1, "times": 3})
    with attempt() as run:
        run.walk()
        assert run.landed() == expected(emulated.world)


@pytest.mark.parametrize(("kind", "more"), [("overlap", 6), ("doubled", 40)])
def test_what_comes_twice_is_one_post(
    kind: str, more: int, emulated: Emulated, attempt: Any, query: Callable[[str], Any]
) -> None:
    emulated.order({"kind": kind, "pages": "later", "after": 1, "times": 2})
    with attempt() as run:
        run.walk()
        assert len(run.landed()) == len(expected(emulated.world)) + more
        raw_store.load(run.context.settings)
        assert raw_store.load(run.context.settings)["pages"] == 0
    rows = query(
        "select distinct post_id from raw.posts where section = 'data' order by post_id::ubigint desc"
    )
    assert [row[0] for row in rows] == expected(emulated.world)


def test_a_post_indexed_late_is_caught_by_the_next_window(emulated: Emulated, attempt: Any) -> None:
    posts = [emulated.world.posts[post_id] for post_id in expected(emulated.world)]
    late = posts[10]
    border = (late.at + timedelta(minutes=8)).replace(microsecond=0)
    first, second = Window(border - timedelta(days=7), border), Window(border, border + timedelta(days=7))
    emulated.order({"kind": "late", "ids": [late.post_id], "times": 5})
    with attempt() as run:
        run.walk(window=first)
        assert late.post_id not in run.landed() and len(run.landed()) > 2
        emulated.order()
        run.walk(window=second)
        assert late.post_id in run.landed()


# --- fields, dialects, versions ---------------------------------------------------------------------------------


def test_unknown_fields_are_dropped_silently_and_missed_loudly(emulated: Emulated, attempt: Any) -> None:
    target = ("tweet_fields", ["id", "text", "author", "metrics", "created_at"])
    with attempt() as run:
        with pytest.raises(errors.FieldsMissing) as caught:
            run.walk(target=replace(us(run.context), parameters=(target,)))
        assert "conversation_id" in str(caught.value) and "public_metrics.reply_count" in str(caught.value)
        assert (run.pages(), len(emulated.requests)) == ([], 1)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("public_metrics.reply_count", "public_metrics.reply_count"),
        ("conversation_id", "conversation_id"),
        ("created_at", "created_at"),
        ("edit_history_tweet_ids", "edit_history_tweet_ids or edit_history_post_ids"),
        ("referenced_tweets", "referenced_tweets or referenced_posts"),
    ],
)
def test_a_field_that_vanishes_is_named(name: str, words: str, emulated: Emulated, attempt: Any) -> None:
    emulated.order({"kind": "empty page", "pages": "first"}, {"kind": "vanished", "name": name, "times": 0})
    with attempt() as run, pytest.raises(errors.FieldsMissing, match=words) as caught:
        run.walk()
    assert "compare extractors/x/fields.py" in caught.value.remedy


def test_a_field_that_nobody_has_heard_of_is_kept(
    emulated: Emulated, attempt: Any, query: Callable[[str], Any]
) -> None:
    emulated.order({"kind": "added", "name": "novelty", "times": 0})
    with attempt() as run:
        run.walk()
        raw_store.load(run.context.settings)
    found = query("select count(*), count(payload->>'novelty') from raw.posts where section = 'data'")
    assert found == [(len(expected(emulated.world)),) * 2]


def test_both_dialects_bring_the_same(emulated: Emulated, attempt: Any, query: Callable[[str], Any]) -> None:
    with attempt() as run:
        run.walk()
        run.context.run_id += " in new names"
        emulated.order({"kind": "new names", "times": 0})
        run.walk()
        raw_store.load(run.context.settings)
    per_run = """
        select post_id, coalesce(referenced_tweets, referenced_posts),
            coalesce(edit_history_tweet_ids, edit_history_post_ids),
            coalesce(public_metrics.retweet_count, public_metrics.repost_count), count(distinct run_id) as runs
        from raw.posts join raw.pages using (page_key) group by all"""
    rows = query(f"select count(*), min(runs), max(runs) from ({per_run})")
    assert rows[0][0] >= len(expected(emulated.world)) and rows[0][1:] == (2, 2)
    spellings = "select count(referenced_tweets) > 0, count(referenced_posts) > 0 from raw.posts"
    assert query(spellings) == [(True, True)]


def test_another_api_version_is_noticed_once(
    emulated: Emulated, attempt: Any, caplog: pytest.LogCaptureFixture
) -> None:
    emulated.order({"kind": "version", "name": "2.171", "after": 2, "times": 0})
    with attempt() as run, caplog.at_level(logging.WARNING, "rapport.extract"):
        run.walk()
        messages = [message for message in run.messages if "2.171" in message]
        versions = [
            landing_files.read(run.context.settings.landing_dir, key).envelope["api_version"]
            for key in run.pages()
        ]
    assert messages == [f"X answers {TIMELINE} with API version 2.171, before it was 2.167"]
    assert caplog.text.count("2.171") == 1
    assert versions[:3] == ["2.167", "2.167", "2.171"] and run.landed() == expected(emulated.world)


# --- since_id, ids, and posts that are not as others ------------------------------------------------------------


def test_a_stale_since_id_becomes_a_search_by_time_and_a_gap(emulated: Emulated, attempt: Any) -> None:
    old = next(post for post in emulated.world.newest_first if post.at < UNTIL - timedelta(days=20))
    query = ("query", "from:lichtung_inst")
    target = Target("q", parameters=(query, ("since_id", old.post_id)))
    with attempt() as run:
        run.walk(streams.CONVERSATIONS_RECENT, target)
        reach = NOW - timedelta(days=7) + timedelta(minutes=1)
        found = [emulated.world.posts[i] for i in expected(emulated.world)]
        assert run.landed() == [p.post_id for p in found if p.at >= reach and not p.reposted]
        (gap,) = gaps.everything(run.context.state)
    assert (gap.stream, gap.from_at.replace(microsecond=0), gap.to_at) == ("conversations", old.at, reach)
    assert "since_id" in gap.why and "is a gap" in run.messages[0]
    first, second = emulated.asked()
    assert "since_id" in first and "start_time" not in first
    assert "since_id" not in second and "start_time" in second


def test_a_since_id_within_reach_is_used(emulated: Emulated, attempt: Any) -> None:
    recent = [emulated.world.posts[post_id] for post_id in expected(emulated.world)][3]
    target = Target("q", parameters=(("query", "from:lichtung_inst"), ("since_id", recent.post_id)))
    with attempt() as run:
        run.walk(streams.CONVERSATIONS_RECENT, target)
        assert run.landed() == [
            i for i in expected(emulated.world)[:3] if not emulated.world.posts[i].reposted
        ]
        assert gaps.everything(run.context.state) == []


def test_ids_of_different_lengths_are_numbers(attempt: Any) -> None:
    # Ids grew from 18 to 19 digits on 2018-05-26.
    world = build_world(date(2018, 8, 6))
    window = Window(datetime(2018, 5, 14, tzinfo=UTC), datetime(2018, 6, 11, tzinfo=UTC))
    own = expected(world, window)
    assert {len(post_id) for post_id in own} == {18, 19} and own != sorted(own, reverse=True)
    border = next(number for number, run in enumerate(own) if len(run) == 18)
    stream = replace(OWN, page_sizes=(5, border + 2))
    with emulating(world, lambda: datetime(2018, 8, 6, tzinfo=UTC)) as served, attempt(served=served) as run:
        served.order({"kind": "token expired", "pages": "later"})
        run.walk(stream, window=window)
        assert run.landed() == own
        assert next(q["until_id"] for q in served.asked() if "until_id" in q) == own[border + 1]
        assert run.context.state.watermark("x", "acme", "own_posts", us(run.context).label) == own[0]
    assert references.in_order(set(own)) == own[::-1]


def test_posts_that_are_not_as_others(emulated: Emulated, attempt: Any, query: Callable[[str], Any]) -> None:
    posts = list(emulated.world.posts.values())
    odd = {
        "deleted": next(p for p in posts if p.is_deleted),
        "protected": next(p for p in posts if p.author.is_protected),
        "suspended": next(p for p in posts if p.author.is_suspended),
        "withheld": next(p for p in posts if p.withheld_in),
        "edited": next(p for p in posts if len(p.history) > 1 and p.history[0] == p.post_id),
    }
    ids = [post.post_id for post in odd.values()]
    (target,) = streams.lookup_targets([*ids, "12"])  # and one that was never there
    with attempt() as run:
        run.walk(streams.MISSING, target)
        assert (len(run.pages()), run.context.totals.objects) == (1, 2)
        raw_store.load(run.context.settings)
    titles = dict(query("select resource_id, title from raw.errors where parameter = 'ids'"))
    assert titles == {
        odd["deleted"].post_id: "Not Found Error",
        odd["protected"].post_id: "Authorization Error",
        odd["suspended"].post_id: "Authorization Error",
        "12": "Not Found Error",
    }
    found = query(
        "select post_id, is_withheld, len(edit_history_tweet_ids) from raw.posts where section = 'data' order by 2"
    )
    assert found == [
        (odd["edited"].post_id, False, len(odd["edited"].history)),
        (odd["withheld"].post_id, True, 1),
    ]
