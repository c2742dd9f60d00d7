"""The script is sound: what it declares, what it plans and what it renders agree."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from emulator.api.dialect import ask_of
from emulator.api.render import Renderer, View
from emulator.errors import EmulatorError
from emulator.model import Post, World
from emulator.snowflake import time_of
from emulator.truth import check, truth_of
from emulator.world import build_world, latest_monday

UNTIL = date(2026, 11, 2)


def _everything(world: World) -> list[dict[str, object]]:
    fields = {"tweet.fields": {"author_id", "entities", "public_metrics", "created_at", "referenced_tweets"}}
    renderer = Renderer(View(world, world.until), ask_of(fields))
    return [renderer.post(post) for post in world.newest_first]


def test_same_seed_same_world(world: World) -> None:
    assert _everything(build_world(UNTIL)) == _everything(world)
    assert _everything(build_world(UNTIL, seed=8)) != _everything(world)


@pytest.mark.parametrize(
    ("until", "seed"), [(UNTIL, 7), (UNTIL, 1), (UNTIL, 23), (date(2026, 1, 5), 7), (date(2024, 3, 4), 99)]
)
def test_plans_follow_from_acts(until: date, seed: int) -> None:
    assert check(build_world(until, seed)) == []


def test_check_finds_a_wrong_plan() -> None:
    world = build_world(UNTIL)
    index = next(i for i, plan in enumerate(world.plans) if plan.handle == "ines_beekeeper")
    plan = world.plans[index]
    world.plans[index] = type(plan)(plan.client_id, plan.handle, plan.spans[:-1], plan.story, True)
    assert [fault for fault in check(world) if "@ines_beekeeper" in fault and "week 20" in fault]
    del world.plans[index]
    assert [fault for fault in check(world) if "@ines_beekeeper" in fault and "no plan" in fault]


@pytest.mark.clock
def test_ends_on_a_monday() -> None:
    with pytest.raises(EmulatorError, match=r"2026-11-04 is a Wednesday.*--until 2026-11-02"):
        build_world(date(2026, 11, 4))
    assert latest_monday(datetime(2026, 11, 2, 0, 0, tzinfo=UTC)) == UNTIL
    assert latest_monday(datetime(2026, 11, 1, 23, 59, tzinfo=UTC)) == date(2026, 10, 26)
    before = latest_monday()
    assert build_world().until.date() in (before, latest_monday())


def test_everyday_life_follows_and_leaves_the_script_as_it_is(world: World) -> None:
    """Each day has a post about each client or by it; and a longer life begins as a shorter one does."""
    short, long = (build_world(UNTIL, weeks_on=weeks) for weeks in (2, 5))
    assert long.acts == world.acts and long.plans == world.plans and check(long) == []
    for shorter, longer in ((world, short), (short, long)):
        assert {post.post_id: post.text for post in shorter.posts.values()}.items() <= {
            post.post_id: post.text for post in longer.posts.values()
        }.items()
    after = [post for post in long.posts.values() if post.at >= long.until]
    assert not [post for post in after if post.parent and post.parent.at < long.until]
    days = Counter(post.at.date() for post in after)
    assert all(days[UNTIL + timedelta(days=number)] >= 2 for number in range(5 * 7))
    assert _everything(build_world(UNTIL, weeks_on=2)) == _everything(short)


def test_ids_tell_the_time(world: World) -> None:
    for post in world.posts.values():
        assert time_of(post.post_id).replace(microsecond=0) == post.at
        assert world.start <= post.at < world.until
    lengths = Counter(len(account.account_id) for account in world.accounts.values())
    assert min(lengths) <= 9 and max(lengths) == 19
    assert len(world.accounts_by_id) == len(world.accounts) == len(world.accounts_by_lower_handle)
    assert all(re.fullmatch(r"[A-Za-z0-9_]{1,15}", handle) for handle in world.accounts)


def test_size_and_variety(world: World) -> None:
    """A few hundred people; every week has posts of both clients; texts seldom repeat."""
    assert 350 <= len(world.accounts) <= 450
    assert 1500 <= len(world.posts) <= 2500
    assert all(account.handle in world.accounts for account in world.accounts.values())
    bare = Counter(re.sub(r"@\w+ ?", "", post.text) for post in world.posts.values() if not post.reposted)
    assert bare.most_common(1)[0][1] < 40
    stages = Counter(
        stage for client in truth_of(world, world.until).clients.values() for weeks in client.stages.values()
        for stage in weeks.values()
    )  # fmt: skip
    assert set(stages) == {"noticed", "acquainted", "conversing", "connected", "dormant"}


def _typed(world: World, post: Post) -> set[str]:
    """A plain reading of a text, made for this test: handles after the leading run of a reply, or all of them."""
    text = post.text
    if post.parent:
        text = re.sub(r"^(@\w+ )+", "", text)
    return {handle for handle in re.findall(r"@(\w+)", text) if handle in world.accounts}


def test_texts_say_what_acts_declare(world: World) -> None:
    declared: dict[str, set[tuple[str, str]]] = {}
    questions = {}
    for act in world.acts:
        declared.setdefault(act.post_id, set()).add((world.accounts_by_id[act.to_id].handle, act.kind))
        questions[act.post_id] = act.is_question
    for post in world.posts.values():
        if post.is_gone or post.canonical_id != post.post_id:
            assert post.post_id not in declared
            continue
        expected = {} if post.reposted else dict.fromkeys(_typed(world, post), "mention")
        if post.quoted:
            expected[post.quoted.author.handle] = "quote"
        if post.parent:
            expected[post.parent.author.handle] = "reply"
        expected.pop(post.author.handle, None)
        assert set(expected.items()) == declared.get(post.post_id, set()), post.text
        if post.post_id in questions:
            assert questions[post.post_id] == any(mark in post.text for mark in "?？؟")


def test_leading_handles_are_all_inherited(world: World) -> None:
    """No reply types a handle right behind the inherited run: nobody could tell the two apart."""
    blurred = [
        post.author.handle
        for post in world.posts.values()
        if post.parent and post.text[sum(len(a.handle) + 2 for a in post.lead) :].startswith("@")
    ]
    assert blurred == []


def test_a_plain_extraction_reaches_all_that_counts(world: World) -> None:
    """Tracked accounts' posts and mentions, quotes of their posts, searches by the conversation ids of their own
    posts, lookups of missing parents: that must be enough to see every act between a client and anybody.
    """
    from emulator.text import mentioned

    for client in world.clients:
        tracked = {world.accounts[handle].account_id for handle in client.accounts}
        us = {world.accounts[handle].account_id for handle in client.us}
        visible = [post for post in world.posts.values() if not post.is_gone]
        own = [post for post in visible if post.author.account_id in tracked]
        seen = {post.post_id for post in own}
        seen |= {
            post.post_id
            for post in visible
            if tracked & {account.account_id for account in mentioned(post, world.accounts_by_lower_handle)}
        }
        quoted = {post.post_id for post in own}
        seen |= {post.post_id for post in visible if post.quoted and post.quoted.post_id in quoted}
        talks = {post.conversation_id for post in own}
        seen |= {post.post_id for post in visible if post.conversation_id in talks}
        for act in world.acts:
            if act.from_id in us or act.to_id in us:
                assert act.post_id in seen, (client.client_id, world.posts[act.post_id].text)


def test_fits_the_limits_of_one_window(world: World) -> None:
    """A full extraction in one go must not run into the 75 quote look-ups of 15 minutes."""
    view = View(world, world.until)
    tracked = {handle for client in world.clients for handle in client.accounts}
    quoted = [
        post for post in view.listed(world.newest_first)
        if post.author.handle in tracked and view.counts(post)["quote_count"]
    ]  # fmt: skip
    assert 10 < len(quoted) < 60
    mentions = Counter(world.accounts_by_id[act.to_id].handle for act in world.acts)
    assert mentions["lichtung_inst"] < 800


def test_oddities_are_there(world: World) -> None:
    """Every trap that the API sets has its post."""
    posts = list(world.posts.values())
    assert any(post.quoted and post.parent for post in posts)
    assert any(post.in_reply_to and not post.parent for post in posts)
    assert any(len(post.history) == 2 and not post.parent for post in posts)
    assert any(post.parent and post.parent.is_deleted and not post.is_gone for post in posts)
    assert any(post.parent and post.parent.author.is_protected for post in posts)
    assert any(post.parent and post.parent.author.is_suspended for post in posts)
    assert any(post.withheld_in for post in posts)
    assert any("<script>alert(1)</script>" in post.text for post in posts)
    assert any(post.text.startswith("=HYPERLINK(") for post in posts)
    assert any(post.at.weekday() == 0 and post.at.time() == post.at.min.time() for post in posts)
    viral = max(posts, key=lambda post: post.likes)
    assert viral.likes > 40_000 and not [
        post for post in posts if post.parent is viral or post.quoted is viral
    ]
    wonder = [post for post in posts if post.author.handle == "gil_pedantic"]
    assert len(wonder) == 40 and len({post.root_id for post in wonder}) == 1
    assert max(post.at for post in wonder) - min(post.at for post in wonder) < timedelta(days=2)
