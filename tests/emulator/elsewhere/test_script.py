"""The script for Bluesky and Mastodon is sound, its truth names what was planted, and X's world does not know of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest

from emulator.elsewhere.ids import did
from emulator.elsewhere.model import Elsewhere
from emulator.elsewhere.truth import of_people, on_network
from emulator.elsewhere.world import build_elsewhere
from emulator.model import World
from emulator.truth import Truth, check, truth_of
from emulator.world import build_world
from rapport import networks

UNTIL = date(2026, 11, 2)


@pytest.fixture(scope="module")
def alone(world: World, elsewhere: Elsewhere) -> dict[str, Truth]:
    return {network: truth_of(on_network(elsewhere, network), world.until) for network in elsewhere.acts}


@pytest.fixture(scope="module")
def together(world: World, elsewhere: Elsewhere) -> Truth:
    return truth_of(of_people(world, elsewhere), world.until)


def _last(truth: Truth, client_id: str, account_id: str) -> str | None:
    weeks = truth.clients[client_id].stages.get(account_id)
    return weeks[max(weeks)] if weeks else None


@pytest.mark.parametrize(
    ("until", "seed"), [(UNTIL, 7), (UNTIL, 1), (UNTIL, 23), (date(2026, 1, 5), 7), (date(2024, 3, 4), 99)]
)
def test_plans_follow_from_acts(until: date, seed: int) -> None:
    world = build_world(until, seed)
    elsewhere = build_elsewhere(world)
    assert [check(on_network(elsewhere, network)) for network in ("bluesky", "mastodon")] == [[], []]
    assert check(of_people(world, elsewhere)) == []


def test_check_finds_a_wrong_joint_plan(world: World, elsewhere: Elsewhere) -> None:
    unjoined = of_people(world, replace(elsewhere, joined=elsewhere.joined[1:]))
    assert check(unjoined) == []
    paolo = elsewhere.joined[0]
    wrong = replace(paolo, plans=(replace(paolo.plans[0], spans=((19, "acquainted"),)),))
    faults = check(of_people(world, replace(elsewhere, joined=(wrong, *elsewhere.joined[1:]))))
    assert len(faults) == 1 and "week 21 planned acquainted, by the rules conversing" in faults[0]


def test_the_same_world_again_and_x_untouched(world: World, elsewhere: Elsewhere) -> None:
    before = build_world(UNTIL)
    again = build_elsewhere(before)
    assert (again.people, again.posts, again.acts) == (elsewhere.people, elsewhere.posts, elsewhere.acts)
    assert {post.post_id: post.text for post in before.posts.values()} == {
        post.post_id: post.text for post in world.posts.values()
    }
    other = build_elsewhere(build_world(UNTIL, seed=8))
    assert {post.text for post in other.posts.values()} != {post.text for post in elsewhere.posts.values()}


def test_close_only_where_networks_are_joined(world: World, alone: dict[str, Truth], together: Truth) -> None:
    x = truth_of(world, world.until)
    paolo, adeyemi = (world.accounts[handle].account_id for handle in ("polite_paolo", "prof_adeyemi"))
    found = {
        name: (_last(x, "lichtung", on_x), _last(alone["mastodon"], "lichtung", on_mastodon),
               _last(together, "lichtung", f"person:{name}"))
        for name, on_x, on_mastodon in (("paolo", paolo, "paolo@fedi.test"), ("adeyemi", adeyemi, "adeyemi@uni.test"))
    }  # fmt: skip
    assert found == {
        "paolo": ("acquainted", "acquainted", "conversing"),
        "adeyemi": ("conversing", "acquainted", "connected"),
    }
    assert together.clients["lichtung"].standings["person:adeyemi"] == "connected"
    assert x.clients["lichtung"].standings[adeyemi] == "in conversation"


def test_people_over_all_networks_are_those_of_each(
    world: World, alone: dict[str, Truth], together: Truth
) -> None:
    """Whoever is not joined is the same alone and in the joint ledger; evidence joins nobody."""
    every = {"x": truth_of(world, world.until), **alone}
    for client_id, joint in together.clients.items():
        single = {
            f"{network}:{account_id}": weeks
            for network, truth in every.items()
            if client_id in truth.clients
            for account_id, weeks in truth.clients[client_id].stages.items()
        }
        kept = {person: weeks for person, weeks in joint.stages.items() if not person.startswith("person:")}
        assert kept.items() <= single.items()
        assert len(single) - len(kept) == {"lichtung": 4, "kupferhof": 0}[client_id]
    assert _last(alone["bluesky"], "lichtung", did("olga-otter.test")) == "acquainted"
    assert _last(together, "lichtung", "mastodon:olga@fedi.test") == "acquainted"


def test_who_waits_on_each_network(alone: dict[str, Truth], elsewhere: Elsewhere) -> None:
    waiting = defaultdict(list)
    for network, truth in alone.items():
        for client_id, client in truth.clients.items():
            for post_id in client.waiting:
                author = elsewhere.posts[network, post_id].author_id
                waiting[network, client_id].append(elsewhere.people[network, author].handle)
    assert waiting == {
        ("bluesky", "lichtung"): ["wanda.sky.test"],
        ("mastodon", "lichtung"): ["edda@fedi.test", "wilma@fedi.test", "moss@wald.test"],
        ("mastodon", "kupferhof"): ["ruth@fedi.test"],
    }


def test_what_is_copied_private_or_not_shown_declares_nothing(elsewhere: Elsewhere, world: World) -> None:
    declared = {act.post_id for acts in elsewhere.acts.values() for act in acts}
    copies = [post for post in elsewhere.posts.values() if post.bridged_from]
    assert len(copies) == 3
    for copy in copies:
        network, _, original = str(copy.bridged_from).partition(":")
        assert original in declared and elsewhere.posts[network, original].created_at < copy.created_at
    silent = {
        "private": [post for post in elsewhere.posts.values() if post.is_private],
        "deleted": [post for post in elsewhere.posts.values() if not post.exists_at(world.until)],
        "shut out": [post for post in elsewhere.posts.values() if elsewhere.is_shut_out(post)],
        "a copy": copies,
    }
    assert {reason: len(posts) for reason, posts in silent.items()} == {
        "private": 3, "deleted": 1, "shut out": 1, "a copy": 3,
    }  # fmt: skip
    assert not declared & {post.post_id for posts in silent.values() for post in posts}
    people = {act.to_id for acts in elsewhere.acts.values() for act in acts}
    assert not people & {one.account_id for one in elsewhere.people.values() if one.bridged_from}


def test_ids_collide_across_networks_and_servers(elsewhere: Elsewhere, world: World) -> None:
    keys = Counter(post_id.rpartition("/")[2] for network, post_id in elsewhere.posts if network == "bluesky")
    assert max(keys.values()) == 2
    numbered = Counter(post.number for post in elsewhere.posts.values() if post.number)
    assert max(numbered.values()) >= 2 and numbered.keys() & world.posts.keys()
    hosted = [
        (elsewhere.people[p.network, p.author_id].host, p.number)
        for p in elsewhere.posts.values()
        if p.number
    ]
    assert len(set(hosted)) == len(hosted)
    accounts = {one.number for one in elsewhere.people.values()} & world.accounts_by_id.keys()
    assert accounts == {world.accounts[handle].account_id for handle in ("mara_in_moss", "kupferhof")}


def test_ids_and_handles_are_the_networks(elsewhere: Elsewhere) -> None:
    declared = {network.name: network for network in (networks.BLUESKY, networks.MASTODON)}
    for (network, account_id), someone in elsewhere.people.items():
        assert declared[network].is_account_id(account_id) and declared[network].is_handle(someone.handle)
    assert all(declared[network].is_post_id(post_id) for network, post_id in elsewhere.posts)


def test_everyday_life_follows_on_each_network(world: World, elsewhere: Elsewhere) -> None:
    """Each day has something of each client's, and nothing that was written before is touched."""
    short, long = (build_elsewhere(world, weeks) for weeks in (2, 4))
    for shorter, longer in ((elsewhere, short), (short, long)):
        assert shorter.people == longer.people and shorter.acts == longer.acts
        assert {key: longer.posts[key] for key in shorter.posts} == shorter.posts
    after = [post for post in long.posts.values() if post.created_at >= world.until]
    ours = {(one.network, handle) for one in long.people.values() for handle in [one.account_id]
            if one.handle in ("lichtung.test", "lichtung@wald.test", "kupferhof@handwerk.test")}  # fmt: skip
    days: Counter[tuple[date, str, str]] = Counter()
    for post in after:
        for person in {post.author_id, *post.mentions}:
            if (post.network, person) in ours:
                days[post.created_at.date(), post.network, person] += 1
    for number in range(4 * 7):
        for network, account_id in ours:
            assert days[UNTIL + timedelta(days=number), network, account_id] >= 1
