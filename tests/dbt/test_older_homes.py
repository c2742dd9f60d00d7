"""A home whose warehouse an earlier Rapport made, before ids were known by network: built anew, with nothing lost.

The tables are those of 2026-11-28 (commit 2ef626d), written down: no checkout of it is at hand where tests run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from extractors.files import lists
from extractors.raw import raw_store
from modelling import dbt
from rapport.config import Settings, load_settings

_REFERENCES = "struct(type varchar, id varchar)[]"
_MENTIONS = 'struct("start" integer, "end" integer, username varchar, id varchar)[]'
OLDER = f"""
create schema raw; create schema quality; create schema staging; create schema intermediate; create schema marts;
create table raw.pages (
    page_key varchar not null, network varchar, client_id varchar, stream varchar, run_id varchar, page_number integer,
    source varchar, endpoint varchar, parameters json, window_start_at timestamptz, window_end_at timestamptz,
    requested_at timestamptz, fetched_at timestamptz, status_code integer, api_version varchar, next_token varchar,
    result_count bigint, object_count bigint, estimated_cost_usd double, body_sha256 varchar, landing_path varchar,
    load_id varchar, loaded_at timestamptz
);
create table raw.posts (
    page_key varchar not null, section varchar, position integer, network varchar, post_id varchar, author_id varchar,
    text varchar, created_at timestamptz, conversation_id varchar, in_reply_to_user_id varchar, lang varchar,
    referenced_tweets {_REFERENCES}, referenced_posts {_REFERENCES}, edit_history_tweet_ids varchar[],
    edit_history_post_ids varchar[], mentions {_MENTIONS}, note_tweet_text varchar, note_post_text varchar,
    note_mentions {_MENTIONS}, public_metrics struct(retweet_count bigint, repost_count bigint, reply_count bigint,
    like_count bigint, quote_count bigint, bookmark_count bigint, impression_count bigint), is_withheld boolean,
    observed_at timestamptz, payload json, load_id varchar
);
create table raw.users (
    page_key varchar not null, section varchar, position integer, network varchar, account_id varchar,
    username varchar, name varchar, description varchar, location varchar, created_at timestamptz,
    public_metrics struct(followers_count bigint, following_count bigint, tweet_count bigint, post_count bigint,
    listed_count bigint), is_protected boolean, url varchar, verified_type varchar, observed_at timestamptz,
    payload json, load_id varchar
);
create table raw.messages (
    page_key varchar not null, section varchar, position integer, network varchar, message_id varchar,
    event_type varchar, conversation_id varchar, sender_id varchar, participant_ids varchar[], text varchar,
    created_at timestamptz, observed_at timestamptz, payload json, load_id varchar
);
create table raw.errors (
    page_key varchar not null, position integer, network varchar, resource_type varchar, resource_id varchar,
    parameter varchar, value varchar, section varchar, title varchar, detail varchar, type varchar,
    observed_at timestamptz, payload json, load_id varchar
);
create table raw.rejects (
    page_key varchar not null, source_path varchar, line_number bigint, reason varchar, content_sha256 varchar,
    content varchar, rejected_at timestamptz, load_id varchar
);
create table raw.tombstones (
    network varchar, object_type varchar, object_id varchar not null, erased_at timestamptz, reason varchar
);
create table raw.gaps (
    client_id varchar not null, network varchar, stream varchar, target varchar, from_at timestamptz,
    to_at timestamptz, why varchar, observed_at timestamptz
);
create table raw.clients (client_id varchar not null, name varchar);
create table raw.client_accounts (
    client_id varchar not null, network varchar, handle varchar, account_id varchar, role varchar
);
create table raw.stakeholders (
    client_id varchar not null, network varchar, handle varchar, account_id varchar, why varchar, topic varchar,
    priority integer
);
create table raw.people_accounts (
    person_number integer, name varchar, kind varchar, network varchar, handle varchar, account_id varchar
);
create table raw.outcomes (
    client_id varchar not null, outcome_id varchar not null, kind varchar, occurred_date date, network varchar,
    handle varchar, account_id varchar, consent_basis varchar, note varchar
);
create table raw.goals (client_id varchar not null, words varchar, measure varchar, target double, due_date date);
create table quality.builds (
    build_id varchar, started_at timestamptz, built_at timestamptz, is_success boolean, as_of_at timestamptz,
    node_count integer, inputs_hash varchar
);
create table quality.built_accounts (accounts_hash varchar);
create table quality.built_horizons (client_id varchar, as_of_at timestamptz);
create table quality.built_loads (load_id varchar);
"""
# Two people whom the list takes for one answer us; one post was erased, a stretch was not fetched, a line was refused.
ROWS = """
insert into raw.pages by name from (values
    ('x/own_posts/r/page-1', 'x', 'lab', 'own_posts', 'r', 1, 'api', '/2/tweets', '2026-11-01'::timestamptz,
     '2026-11-20'::timestamptz, '2026-11-20'::timestamptz, 5, 0.025, 'load-1', '2026-11-20 01:00+00'::timestamptz),
    ('x/direct_messages/r/page-1', 'x', 'lab', 'direct_messages', 'r', 1, 'api', '/2/dm_events',
     '2026-11-01'::timestamptz, '2026-11-20'::timestamptz, '2026-11-20'::timestamptz, 1, 0.01, 'load-1',
     '2026-11-20 01:00+00'::timestamptz)
) as rows(page_key, network, client_id, stream, run_id, page_number, source, endpoint, window_start_at, window_end_at,
    fetched_at, object_count, estimated_cost_usd, load_id, loaded_at);
insert into raw.posts by name from (
    select
        'x/own_posts/r/page-1' as page_key, 'data' as section, n as position, 'x' as network, post_id, author_id,
        text, '2026-11-10'::timestamptz + to_hours(n) as created_at, '1000' as conversation_id,
        in_reply_to as in_reply_to_user_id, [post_id] as edit_history_tweet_ids,
        if(parent is null, null, [{'type': 'replied_to', 'id': parent}]) as referenced_tweets,
        false as is_withheld, '2026-11-20'::timestamptz as observed_at, '{}'::json as payload, 'load-1' as load_id
    from (values
        (1, '1000', '1', 'a question?', null, null), (2, '1001', '7', 'an answer', '1', '1000'),
        (3, '1002', '1', 'thanks', '7', '1001'), (4, '1003', '12', 'another', '1', '1000'),
        (5, '1004', '1', 'thanks too', '12', '1003')
    ) as said(n, post_id, author_id, text, in_reply_to, parent)
);
insert into raw.users by name select
    'x/own_posts/r/page-1' as page_key, 'includes' as section, 1 as position, 'x' as network, '7' as account_id,
    'ana' as username, 'Ana' as name, 'Porto' as location, '2026-11-20'::timestamptz as observed_at,
    '{}'::json as payload, 'load-1' as load_id;
insert into raw.messages by name select
    'x/direct_messages/r/page-1' as page_key, 'data' as section, 1 as position, 'x' as network, '500' as message_id,
    'MessageCreate' as event_type, '1-8' as conversation_id, '8' as sender_id, 'between us' as text,
    '2026-11-11'::timestamptz as created_at, '2026-11-20'::timestamptz as observed_at, '{}'::json as payload,
    'load-1' as load_id;
insert into raw.errors by name select
    'x/own_posts/r/page-1' as page_key, 1 as position, 'x' as network, 'tweet' as resource_type,
    '999' as resource_id, 'Not Found Error' as title, '2026-11-20'::timestamptz as observed_at, 'load-1' as load_id;
insert into raw.rejects by name select
    'x/import/r/line-1' as page_key, 'old.jsonl' as source_path, 3 as line_number, 'not JSON' as reason,
    'load-1' as load_id;
insert into raw.tombstones values
    ('x', 'post', '998', '2026-11-15', 'asked for'), ('x', 'account', '66', '2026-11-15', 'asked for');
insert into raw.clients values ('lab', 'The Lab');
insert into raw.client_accounts values ('lab', 'x', null, '1', 'tracked');
insert into raw.people_accounts values (0, 'Ana', 'person', 'x', null, '7'), (0, 'Ana', 'person', 'x', null, '12');
insert into quality.builds values ('old', '2026-11-20', '2026-11-20', true, '2026-11-20', 265, 'what it rested on');
insert into quality.built_loads values ('load-1');
"""
# Some of what it had built: tables that are views now, of another shape now, or not there any more.
BUILT = """
create table staging.stg_networks__pages as select * from raw.pages;
create table staging.stg_rapport__clients as select client_id, name as client_name from raw.clients;
create table intermediate.int_changes__posts (network varchar, post_id varchar);
create table marts.accounts as select network, author_id as account_id, '7' as person_id from raw.posts;
create table marts.people (person_id varchar, display_name varchar);
"""
CONFIG = """
[[people]]
name = "Ana"
kind = "person"
accounts = ["7", "12"]

[[clients]]
id = "lab"
name = "The Lab"
accounts = ["1"]

[clients.direct_messages]
consent = "in writing, 2026-01-01"
"""
# Of these rapport.toml and outcomes.csv are written anew before each build.
LISTS = {"clients", "client_accounts", "stakeholders", "people_accounts", "goals", "outcomes"}


@dataclass
class Older:
    """The home after the first build of now; `raw` is table -> rows by column, as they were before it."""

    settings: Settings
    raw: dict[str, list[dict[str, Any]]]
    said: list[str]


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Older]:
    home = tmp_path_factory.mktemp("older")
    (home / "rapport.toml").write_text(CONFIG, encoding="utf-8")
    settings = load_settings(home)
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("set timezone = 'UTC'")
        con.execute(OLDER + ROWS + BUILT)
    before = _raw(settings)
    said: list[str] = []
    raw_store.load(settings, said.append)
    lists.sync(settings)
    assert dbt.build(settings, said.append).is_full_refresh
    yield Older(settings, before, said)


def _raw(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        names = con.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()
        found = {}
        for (name,) in names:
            table = con.execute(f"from raw.{name} order by all")
            columns = [column[0] for column in table.description or ()]
            found[name] = [dict(zip(columns, row, strict=True)) for row in table.fetchall()]
        return found


def test_it_is_built_anew_and_the_log_says_so(older: Older) -> None:
    [said] = [line for line in older.said if line.startswith("building everything: ")]
    assert said.endswith("or is of an older version")


def test_nothing_of_raw_is_lost(older: Older) -> None:
    after = _raw(older.settings)
    assert all(older.raw[table] for table in older.raw.keys() - LISTS - {"gaps"})
    for table in older.raw.keys() - LISTS:
        assert [
            {name: row[name] for name in known}
            for row, known in zip(after[table], older.raw[table], strict=True)
        ] == older.raw[table], table
    assert after["people_accounts"] == [
        {**row, "person_id": after["people_accounts"][0]["person_id"]} for row in older.raw["people_accounts"]
    ]


def test_people_and_evidence_bear_their_network(older: Older) -> None:
    with duckdb.connect(str(older.settings.warehouse_path), read_only=True) as con:
        accounts = dict(con.execute("select account_id, person_id from marts.accounts").fetchall())
        ties = con.execute(
            "select person_id, exchange_count, last_post_network, last_post_id from reports.rpt_relationships "
            "order by exchange_count"
        ).fetchall()
        [(evidence,)] = con.execute(
            "select evidence_post_ids from reports.rpt_relationship_moves where movement = 'new'"
        ).fetchall()
        gone = con.execute("select network, object_type, object_id from raw.tombstones").fetchall()
    ana = older.settings.config.people[0].person_id
    assert accounts == {"1": "x:1", "7": ana, "8": "x:8", "12": ana}
    assert ties == [("x:8", 0, "x", "dm:500"), (ana, 3, "x", "1004")]
    assert evidence == ["x:1001", "x:1002", "x:1003", "x:1004"]
    assert sorted(gone) == [("x", "account", "66"), ("x", "post", "998")]


def test_the_next_build_goes_on_from_it(older: Older) -> None:
    assert not dbt.build(older.settings, lambda line: None).is_full_refresh
