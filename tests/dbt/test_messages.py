"""Direct messages are addresses in private: they count for the client whose consent they rest on, and stay mute."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from extractors import landing, raw_store
from extractors.files import importer
from rapport import dbt
from rapport.config import Settings, load_settings
from tests.dbt import brute_force
from tests.dbt.histories import BOT, OURS, START, Writer, random_relationships, write_jsonl

OTHER_CLIENT = "500"  # writes with us in private, and is a client itself
SECRET = "between-you-and-me"
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


@dataclass(frozen=True)
class Message:
    """One message, and to whom it was written; `others`: who else reads it."""

    message_id: str
    sender: str
    receiver: str
    created_at: datetime
    others: tuple[str, ...] = ()

    @property
    def conversation_id(self) -> str:
        return "9" * 12 if self.others else "-".join(sorted((self.sender, self.receiver), key=int))

    def payload(self) -> dict[str, object]:
        """The event as the API answers it."""
        event = {
            "id": self.message_id,
            "event_type": "MessageCreate",
            "text": f"{SECRET} {self.message_id}?",
            "created_at": self.created_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "dm_conversation_id": self.conversation_id,
            "sender_id": self.sender,
        }
        return event | (
            {"participant_ids": [self.sender, self.receiver, *self.others]} if self.others else {}
        )


@dataclass
class Private:
    """What went in, as acts, and the warehouse that came out."""

    public: list[brute_force.Act]
    messages: list[brute_force.Act]
    as_of: datetime
    connection: duckdb.DuckDBPyConnection


def random_messages(writer: Writer, people: list[str], weeks: int) -> list[Message]:
    """Talk in private in bursts, on both sides' initiative, some of it left without an answer."""
    chance = writer.random
    messages = []
    for person in people:
        week = chance.randrange(6)
        while week < weeks:
            moment = START + timedelta(days=7 * week + chance.randrange(7), seconds=chance.randrange(80000))
            for _ in range(chance.choice([1, 2, 3, 5])):
                sides = [person, OURS[0]]
                chance.shuffle(sides)
                messages.append(Message(writer.post(sides[0], moment).post_id, *sides, moment))
                moment += timedelta(seconds=chance.randrange(60, 200000))
            week += chance.choice([1, 2, 5, 14])
    return messages


def land(settings: Settings, messages: list[Message], until: datetime) -> None:
    """Two pages as the stream lands them; the second repeats the end of the first."""
    middle = len(messages) // 2
    for number, part in enumerate((messages[:middle], messages[middle - 3 :]), start=1):
        envelope = {
            "network": "x", "client_id": "lab", "stream": "direct_messages", "run_id": "run-1",
            "page_number": number, "source": "api", "data_kind": "message", "endpoint": "/2/dm_events",
            "window_start_at": START.isoformat(), "window_end_at": until.isoformat(),
            "fetched_at": until.isoformat(), "result_count": len(part), "object_count": len(part),
        }  # fmt: skip
        body = {"data": [one.payload() for one in part], "meta": {"result_count": len(part)}}
        key = landing.page_key("x", "direct_messages", "run-1", f"page-{number}")
        landing.write(settings.landing_dir, key, envelope, json.dumps(body).encode())


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Private]:
    home = tmp_path_factory.mktemp("private")
    (home / "rapport.toml").write_text(CONFIG, encoding="utf-8")
    settings = load_settings(home)
    writer = Writer(seed=20261124)
    posts = random_relationships(writer, 8, 40)
    people = ["500", "501", "502", "503", *(str(700 + number) for number in range(12))]
    messages = random_messages(writer, people, 40)
    groups = [Message(writer.post("500", START).post_id, "500", OURS[0], START, ("501",))]
    as_of = max(one.created_at for one in (*posts, *messages)) + timedelta(seconds=1)
    write_jsonl(posts, home / "history.jsonl", writer)
    land(settings, messages + groups, as_of)
    importer.import_files(settings, [home / "history.jsonl"])
    raw_store.load(settings)
    raw_store.sync_config(settings)
    dbt.build(settings)
    acts = [
        brute_force.Act(
            f"dm:{one.message_id}", "message", one.sender, one.receiver, one.created_at.replace(microsecond=0),
            f"dm:{one.conversation_id}",
        )
        for one in messages
    ]  # fmt: skip
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield Private(brute_force.addresses(posts, brute_force.place(posts)), acts, as_of, connection)


def test_every_message_between_two_is_an_address(private: Private) -> None:
    rows = private.connection.sql(
        "select post_id, kind, from_account_id, to_account_id, occurred_at, root_post_id "
        "from marts.interactions where is_address"
    ).fetchall()
    found = [brute_force.Act(*row[:4], row[4].astimezone(UTC), row[5]) for row in rows]
    assert set(found) == {*private.public, *private.messages}
    assert len(found) == len(private.public) + len(private.messages)


def test_the_ledger_counts_messages_like_any_address(private: Private) -> None:
    talks = brute_force.with_us(private.public + private.messages)
    expected = {
        (person, week.date()): (row.stage, row.movement, row.exchange_count, row.real_conversation_count)
        for person, talk in talks.items()
        for week, row in brute_force.ledger(talk, private.as_of).items()
    }
    rows = private.connection.sql(
        "select person_id, week_start_date, stage, movement, week_exchange_count, week_real_conversation_count "
        "from marts.relationship_weeks where client_id = 'lab'"
    ).fetchall()
    assert {(person, week): tuple(rest) for person, week, *rest in rows} == expected
    # by messages alone: the private talk of two is one conversation, however long it goes on
    mute = [row for (person, _), row in expected.items() if person.startswith("7")]
    assert {stage for stage, *_ in mute} == {"noticed", "acquainted", "dormant"}
    assert {real for *_, real in mute} == {0, 1}


def test_an_unanswered_message_waits_without_its_words(private: Private) -> None:
    talks = brute_force.with_us(private.public + private.messages)
    expected = {
        (person, post_id)
        for person, talk in talks.items()
        for post_id in brute_force.waiting(talk, private.as_of)
    }
    rows = private.connection.sql(
        "select person_id, post_id, kind, text, post_url, is_question from reports.rpt_waiting "
        "where client_id = 'lab'"
    ).fetchall()
    assert {row[:2] for row in rows} == expected
    mute = [row[2:] for row in rows if row[1].startswith("dm:")]
    assert mute and set(mute) == {("message", None, None, False)}
    assert all(row[3] and row[4] for row in rows if not row[1].startswith("dm:"))


def test_what_was_written_stands_in_raw_alone(private: Private) -> None:
    tables = private.connection.sql("select schema_name, table_name from duckdb_tables()").fetchall()
    holding = {
        f"{schema}.{table}"
        for schema, table in tables
        if private.connection.sql(
            f"select 1 from {schema}.{table} as one where contains(cast(one as varchar), '{SECRET}') limit 1"
        ).fetchall()
    }
    assert holding == {"raw.messages"}
    roots = private.connection.sql(
        "select root_post_id from marts.conversations union all select root_post_id from reports.rpt_conversations"
    ).fetchall()
    assert roots and not [root for (root,) in roots if root.startswith("dm:")]


def test_another_client_learns_nothing_of_it(private: Private) -> None:
    private_ids = {act.post_id for act in private.messages if OTHER_CLIENT in (act.sender, act.receiver)}
    assert private_ids
    rows = private.connection.sql(
        "select post_id from intermediate.int_relationships__addresses where client_id = 'other'"
    ).fetchall()
    assert rows and not {row[0] for row in rows if row[0].startswith("dm:")}
    # nor does anybody, by way of who could introduce whom
    ties = private.connection.sql(
        "select last_exchange_post_id from intermediate.int_people__ties"
    ).fetchall()
    assert ties and not [one for (one,) in ties if one.startswith("dm:")]
    met = private.connection.sql("select max(shared_third_party_count) from marts.relationships").fetchall()
    assert met[0][0] is not None
