"""What fetching brings and what it does not: private messages, posts beyond the window, and holes with a reason."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

import duckdb
import pytest

from extractors.files import lists
from extractors.raw import raw_store
from extractors.state.store import open_state
from modelling import dbt
from rapport.config import load_settings
from tests.dbt import brute_force, brute_force_reports, fetched
from tests.dbt.fetched import BUDGET, GONE, HIDDEN, SECRET, Fetched
from tests.dbt.histories import BOT, OURS, Post

OTHER_CLIENT = "500"  # writes with us in private, and is a client itself
CONFIG = f"""
[[clients]]
id = "lab"
name = "The Lab"
accounts = ["{OURS[0]}"]
team = ["{OURS[1]}"]
bots = ["{BOT}"]

[clients.direct_messages]
consent = "in writing, 2026-10-01"

[[clients]]
id = "other"
name = "The Other"
accounts = ["{OTHER_CLIENT}"]
"""


@dataclass
class Built:
    """What went in, in public and in private, and the warehouse that came out."""

    home: Fetched
    placed: dict[str, brute_force.Placed]
    public: list[brute_force.Act]
    private: list[brute_force.Act]
    connection: duckdb.DuckDBPyConnection

    def talks(self) -> dict[str, list[tuple[str, brute_force.Act]]]:
        """Everything that passed with us until the client's data ends."""
        acts = self.public + self.private
        return brute_force.with_us([act for act in acts if act.occurred_at < self.home.as_of])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    directory = tmp_path_factory.mktemp("fetched")
    (directory / "rapport.toml").write_text(CONFIG, encoding="utf-8")
    settings = load_settings(directory)
    home = fetched.random_home(seed=20261124)
    with open_state(settings) as state:
        fetched.land(settings, state, home)
    raw_store.load(settings)
    lists.sync(settings)
    dbt.build(settings)
    placed = brute_force.place(home.posts)
    public = brute_force.addresses(home.posts, placed)
    private = [message.act for message in home.messages if not message.others]
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield Built(home, placed, public, private, connection)


def test_every_message_between_two_is_an_address(built: Built) -> None:
    rows = built.connection.sql(
        "select post_id, kind, from_account_id, to_account_id, occurred_at, root_post_id "
        "from marts.interactions where is_address"
    ).fetchall()
    found = [brute_force.Act(*row[:4], row[4].astimezone(UTC), row[5]) for row in rows]
    assert set(found) == {*built.public, *built.private}
    assert len(found) == len(built.public) + len(built.private)


def test_the_ledger_counts_messages_like_any_address(built: Built) -> None:
    expected = {
        (brute_force.person_id(person), week.date()): (
            row.stage,
            row.movement,
            row.exchange_count,
            row.real_conversation_count,
        )
        for person, talk in built.talks().items()
        for week, row in brute_force.ledger(talk, built.home.as_of).items()
    }
    rows = built.connection.sql(
        "select person_id, week_start_date, stage, movement, week_exchange_count, week_real_conversation_count "
        "from marts.relationship_weeks where client_id = 'lab'"
    ).fetchall()
    assert {(person, week): tuple(rest) for person, week, *rest in rows} == expected
    # by messages alone: the private talk of two is one conversation, however long it goes on
    mute = [row for (person, _), row in expected.items() if person.startswith("x:7")]
    assert {stage for stage, *_ in mute} == {"noticed", "acquainted", "dormant"}
    assert {real for *_, real in mute} == {0, 1}


def test_an_unanswered_message_waits_without_its_words(built: Built) -> None:
    expected = {
        (brute_force.person_id(person), post_id)
        for person, talk in built.talks().items()
        for post_id in brute_force.waiting(talk, built.home.as_of)
    }
    rows = built.connection.sql(
        "select person_id, post_id, kind, text, post_url, is_question from reports.rpt_waiting "
        "where client_id = 'lab'"
    ).fetchall()
    assert {row[:2] for row in rows} == expected
    mute = [row[2:] for row in rows if row[1].startswith("dm:")]
    assert mute and set(mute) == {("message", None, None, False)}
    assert all(row[3] and row[4] for row in rows if not row[1].startswith("dm:"))


def test_answers_are_judged_as_far_as_the_data_reaches(built: Built) -> None:
    expected = brute_force_reports.answers(built.public + built.private, built.home.as_of)
    rows = built.connection.sql(
        f"select {brute_force_reports.Address.COLUMNS} from reports.rpt_answers where client_id = 'lab'"
    ).fetchall()
    assert {row[0]: row for row in rows} == {post_id: address.row for post_id, address in expected.items()}
    assert len(rows) == len(expected) > 100
    assert {address.act.kind for address in expected.values()} == {"reply", "mention", "message"}


def test_what_was_written_stands_in_raw_alone(built: Built) -> None:
    tables = built.connection.sql("select schema_name, table_name from duckdb_tables()").fetchall()
    holding = {
        f"{schema}.{table}"
        for schema, table in tables
        if built.connection.sql(
            f"select 1 from {schema}.{table} as one where contains(cast(one as varchar), '{SECRET}') limit 1"
        ).fetchall()
    }
    assert holding == {"raw.messages"}
    roots = built.connection.sql(
        "select root_post_id from marts.conversations union all select root_post_id from reports.rpt_conversations"
    ).fetchall()
    assert roots and not [root for (root,) in roots if root.startswith("dm:")]


def test_another_client_learns_nothing_of_it(built: Built) -> None:
    assert any(OTHER_CLIENT in (act.sender, act.receiver) for act in built.private)
    rows = built.connection.sql(
        "select post_id from intermediate.int_relationships__addresses where client_id = 'other'"
    ).fetchall()
    assert rows and not [post_id for (post_id,) in rows if post_id.startswith("dm:")]
    # nor does anybody, by way of who could introduce whom
    ties = built.connection.sql("select last_exchange_post_id from intermediate.int_people__ties").fetchall()
    assert ties and not [post_id for (post_id,) in ties if post_id.startswith("dm:")]


def reason_for(built: Built, root: str, inside: list[str], missing: int | None) -> str:
    """Why something of it is missing, cause after cause."""
    home, posts = built.home, {post.post_id: post for post in built.home.posts}
    named = {
        posts[post_id].parent_post_id for post_id in inside if built.placed[post_id].is_parent_missing
    } | {root}
    fates = {home.fates[post_id] for post_id in named if post_id in home.fates}
    if missing is None and not fates:
        return "not counted"
    if not missing and not fates:
        return "nothing missing"
    # the network goes on counting a reply that was erased here
    erased = {post_id for post_id in named - {root} if post_id and home.fates.get(post_id) == "erased"}
    others = (missing or 0) > len(erased)
    if others or "unasked" in fates:
        times = [posts[post_id].created_at for post_id in inside]
        quiet = max(times) + timedelta(days=14)
        whys = {why for gap, why in home.gaps if min(times) < gap.end and gap.start < quiet}
        if whys:
            return "budget reached" if BUDGET in whys else "beyond the reach of search"
        last_seen = max(home.observed_at[post_id] for post_id in inside)
        if "unasked" in fates or (
            others and (root not in home.searched_until or last_seen > home.searched_until[root])
        ):
            return "not asked for yet"
    words = (("erased", "erased"), (HIDDEN, "protected or suspended"), (GONE, "not found"))
    return next((word for fate, word in words if fate in fates), "unknown")


def test_a_root_that_was_erased_is_told_from_one_that_was_never_captured(built: Built) -> None:
    roots = {place.root for place in built.placed.values()}
    expected = {root: built.home.fates.get(root) == "erased" for root in roots}
    rows = built.connection.sql("select distinct root_post_id, is_root_erased from marts.conversation_posts")
    found = rows.fetchall()
    assert dict(found) == expected and len(found) == len(expected)
    missing = {root for root in roots if root not in built.placed}
    assert {expected[root] for root in missing} == {True, False}


def _shows_others(built: Built, posts: dict[str, Post], post_id: str) -> bool:
    """Somebody else wrote it, or it answers somebody else whose post was not captured. A bot is nobody."""
    post, nobody = posts[post_id], (*OURS, BOT)
    if post.account_id not in nobody:
        return True
    parent = posts.get(post.parent_post_id or "")
    is_missing = post.parent_post_id is not None and post.parent_post_id not in built.placed
    return is_missing and (parent is None or parent.account_id not in nobody)


def test_conversations_end_with_the_data_and_say_what_is_missing(built: Built) -> None:
    home, posts = built.home, {post.post_id: post for post in built.home.posts}
    captured = [post for post in home.posts if post.is_captured]
    ours = {
        built.placed[post.post_id].root
        for post in captured
        if post.account_id in OURS and post.created_at < home.as_of
    }
    roots = ours | {act.root for talk in built.talks().values() for _, act in talk if act.kind != "message"}
    expected: dict[str, tuple[Any, ...]] = {}
    lone: dict[str, tuple[Any, ...]] = {}
    for root in roots:
        inside = [
            post_id
            for post_id, place in built.placed.items()
            if place.root == root and posts[post_id].created_at < home.as_of
        ]
        counts = [home.reported[post_id] for post_id in inside if home.reported[post_id] is not None]
        reported = sum(counts) if counts else None
        # the network counts replies that came after the end of the data, too: so they are not missing
        replies = sum(reply.parent_post_id in inside for reply in captured)
        missing = None if reported is None else max(0, reported - replies)
        places = [built.placed[post_id] for post_id in inside]
        times = [posts[post_id].created_at for post_id in inside]
        if not any(_shows_others(built, posts, post_id) for post_id in inside):
            state = (
                "not known" if missing is None else "answers not captured" if missing else "nobody answered"
            )
            first = min(inside, key=lambda post_id: (built.placed[post_id].depth, posts[post_id].created_at))
            lone[root] = (first, len(inside), missing, state, reason_for(built, root, inside, missing))
            continue
        expected[root] = (
            min(times), max(times), len(inside), sum(posts[post_id].account_id in OURS for post_id in inside),
            len({posts[post_id].account_id for post_id in inside} - {BOT}), max(place.depth for place in places),
            max(Counter(place.depth for place in places).values()), sum(place.is_new_turn for place in places),
            root not in inside, replies, reported, missing, reason_for(built, root, inside, missing),
        )  # fmt: skip
    rows = built.connection.sql(
        "select root_post_id, opened_at, last_active_at, post_count, our_post_count, participant_count, depth, "
        "width, turn_count, is_root_missing, captured_reply_count, reported_reply_count, missing_reply_count, "
        "missing_reason from reports.rpt_conversations where client_id = 'lab'"
    ).fetchall()
    found = {row[0]: (row[1].astimezone(UTC), row[2].astimezone(UTC), *row[3:]) for row in rows}
    assert found == expected
    alone = built.connection.sql(
        "select root_post_id, post_id, post_count, missing_reply_count, state, missing_reason "
        "from reports.rpt_lone_posts where client_id = 'lab'"
    ).fetchall()
    assert {row[0]: row[1:] for row in alone} == lone
    assert len({row[3] for row in lone.values()}) > 1
    # worth comparing only if every reason occurs, and talk that goes on after the end of the data
    assert len({row[-1] for row in expected.values()}) == 9
    later = {built.placed[post.post_id].root for post in captured if post.created_at >= home.as_of}
    assert later & expected.keys() and later - expected.keys()
