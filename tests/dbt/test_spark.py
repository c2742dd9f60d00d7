"""Spark makes of the same raw rows what DuckDB makes of them: `make test-spark`, which needs Java."""

import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.files import lists
from extractors.raw import raw_store
from extractors.topics import matching
from modelling import dbt, spark
from rapport.config import Settings, load_settings
from rapport.project import PROJECT_DIR
from rapport.warehouse import opened
from tests import needs
from tests.dbt import engines, small, trees
from tests.dbt.histories import OURS, START, Post, Writer
from tests.dbt.homes import Home, pages_by_time
from tests.dbt.looks import Look, random_looks

pytestmark = [pytest.mark.spark, pytest.mark.slow]

SEED = 20261130
DEPTH = 800
# Of a full refresh: what a day's loads changed.
CHANGES = {
    "_changes__accounts", "_changes__conversations", "_changes__pairs", "_changes__posts", "_changes__references",
    "_changes__tree_posts", "_changes__versions_before", "stg_networks__changed_accounts",
    "stg_networks__changed_messages", "stg_networks__changed_posts",
}  # fmt: skip
# No page of this world holds what its window does not: that table is built, and held to DuckDB's in its columns alone.
EMPTY = {*CHANGES, "stg_networks__beyond_windows"}


@pytest.fixture(autouse=True)
def java() -> None:
    expect_java()


def expect_java() -> None:
    """Skips where Spark can't run."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("there is no pyspark in this environment (`make test-spark` brings it)")
    needs.program("java", "openjdk-17-jre-headless")


@dataclass
class World:
    """A home with a random world, built by DuckDB in its warehouse, and by Spark in its folder `spark`."""

    settings: Settings
    by_duckdb: dbt.BuildResult
    by_spark: dbt.DbtRun


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    expect_java()
    home = Home(tmp_path_factory.mktemp("world") / "home")
    chain = _chain(DEPTH)
    looks = [*random_looks(SEED, 0.4), *(Look("post", post.payload(), post.created_at) for post in chain)]
    [batch] = pages_by_time(looks, [START, START + timedelta(days=500)], ["lab", "rival"], SEED)
    home.load(batch)
    settings = engines.for_few_rows(home.settings)
    lists.sync(settings)
    matching.match(settings)
    with opened(settings) as connection:
        _add_what_looks_lack(connection, chain[0].post_id)
        _add_topics_by_meaning_and_by_hand(connection)
    by_duckdb = dbt.build(settings, lambda line: None)
    with opened(settings, read_only=True) as connection:
        spark.export_raw(connection, settings.spark_dir / "raw")
    by_spark = dbt.run_on_spark(settings, lambda line: None)
    assert by_spark.returncode == 0, by_spark.reasons
    return World(settings, by_duckdb, by_spark)


def test_spark_makes_every_table_as_duckdb_does(world: World) -> None:
    # none was lost among what Spark says
    assert {(node.kind, node.name) for node in world.by_spark.nodes} == {
        (node.kind, node.name) for node in world.by_duckdb.nodes
    }
    with opened(world.settings, read_only=True) as connection:
        messages, counts = engines.differences(connection, world.settings.spark_dir)
        unlike_types = engines.unlike_types(connection, world.settings.spark_dir)
        [(depth,)] = connection.execute("select max(depth) from marts.conversations").fetchall()
    assert messages == [] and unlike_types == []
    assert {table.partition(".")[2] for table, count in counts.items() if not count} == EMPTY
    assert sum(counts.values()) > 15_000 and depth == DEPTH


def _chain(length: int) -> list[Post]:
    """One conversation in which each answers the other, so many levels deep."""
    writer = Writer(SEED)
    chain = [writer.post(OURS[0], START + timedelta(days=10))]
    for step in range(length):
        who = ("500", OURS[0])[step % 2]
        chain.append(writer.reply(chain[-1], who, chain[-1].created_at + timedelta(minutes=3)))
    return chain


def _add_what_looks_lack(connection: duckdb.DuckDBPyConnection, conversation_id: str) -> None:
    """An erased post, a search for a conversation, a gap, and on Mastodon a profile with links and a bridge's copy."""
    connection.execute(
        "insert into raw.tombstones by name select 'x' as network, 'post' as object_type, '1' as object_id, "
        "? as erased_at",
        [START],
    )
    connection.execute(
        "update raw.pages set parameters = ? where stream = 'conversations'",
        [json.dumps({"query": f"conversation_id:{conversation_id} OR conversation_id:77"})],
    )
    connection.execute(
        "insert into raw.gaps by name select 'lab' as client_id, 'x' as network, 'conversations' as stream, "
        "'' as target, 'budget reached' as why, ? as from_at, ? as to_at, ? as observed_at",
        [START, START + timedelta(days=90), START + timedelta(days=91)],
    )
    connection.execute(
        "insert into raw.client_accounts values ('lab', 'bluesky', 'lab.example', 'did:plc:lab', 'tracked')"
    )
    link = {
        "name": "X",
        "value": '<a href="https://x.com/h505">h505</a>',
        "verified_at": "2026-11-01T00:00:00Z",
    }
    payload = {"fields": [link], "moved": {"acct": "somebody", "url": "https://example.org/@somebody"}}
    for account, handle in [("m1", "h505@example.org"), ("m2", "ana.bsky.social@bsky.brid.gy")]:
        connection.execute(
            "insert into raw.users by name select page_key, 'data' as section, 900 as position, load_id, "
            "'mastodon' as network, $id as account_id, $handle as username, $name as name, fetched_at as observed_at, "
            "$words as description, $payload as payload from raw.pages where client_id = 'lab' order by all limit 1",
            {
                "id": account,
                "handle": handle,
                "name": handle[:3],
                "words": "write to @h505 or see https://x.com/h505?lang=en",
                "payload": json.dumps(payload),
            },
        )


def _add_topics_by_meaning_and_by_hand(connection: duckdb.DuckDBPyConnection) -> None:
    """One of the two topics as if its meaning had been found; of each one post in three corrected, either way."""
    connection.execute(
        "update raw.topic_matches set found_by = 'meaning', score = 0.123 where topic = 'Deadwood'"
    )
    connection.execute("update raw.topics set is_by_meaning = true where topic = 'Deadwood'")
    connection.execute("update raw.topic_texts set read_by = 'meaning'")
    connection.execute(
        "insert into raw.topic_corrections by name select distinct client_id, topic, posts.network, "
        "posts.post_id, posts.post_id[-1] = '0' as is_about from raw.topic_matches as matches "
        "inner join raw.posts as posts on matches.text_hash = md5(posts.text) "
        "where posts.post_id[-1] in ('0', '3', '6')"
    )


TEXTS = [
    None,
    "",
    "plain words",
    "what now?",
    "Τι κάνεις;",
    "Τι κάνεις;\n",
    "؟ said",
    "see https://a.example/?q=1 now",
    "a\u00a0b\u000bc  d\n",
    "@ana @ben_1 hi",
    "＠ana\u3000@ben \u2066@cy hello",
    " @ana, hi",
    "#Bees and #1 ＃Honig #2bees #_ #__x",
    "https://x.example/#no #yes",
    "the New-York bee",
    "bees",
    "a.b \\Q it's \\E 'quoted'",
    "mail a@b.example abc. cab.",
    "example.org/x (b.example/y) http://c.example/z<",
    "ÄÖÜ ß straße #Straße",
    "😀 two? 🐝",
    "tab\there",
    # a word in capitals, and what its letters become: alone, at its end, before a digit, with an accent
    "ΟΔΟΣ #ΟΔΟΣ #οδος #ΟδοςΑθηνών Σ ς ΑΣ1 ΑΣ_1 Α.Σ ΣΑΣ ΣΑΣ ΑΣ’ ΑΣ\u0301Α ᾼΣ",
    "#İSTANBUL İ I\u0307 ı #GROẞ Ǆ ǅ Ω K Å",
    # every letter that has another one in lower case
    " ".join(
        letter for letter in map(chr, range(0x110000)) if letter.isprintable() and letter.lower() != letter
    ),
]
PAYLOADS = [
    None,
    {},
    {"fields": [], "moved": None, "query": "q"},
    {
        "fields": [
            {"value": '<a href="https://a.example">a</a>', "verified_at": "2026-01-01"},
            {"value": "none", "verified_at": "2026-01-01"},
            {"value": '<a href="https://b.example/x">b</a>', "verified_at": None},
        ],
        "moved": {"acct": "Ana@c.example", "url": "https://c.example/@ana"},
    },
    {"moved": {"acct": "Ben", "url": "https://d.example/@ben"}},
]
ROWS = {
    "asks": "{{ is_question('text', 'lang') }}",
    "handles": "{{ leading_handles_length('text') }}",
    "said": "{{ without_links('text') }}",
    "small": "{{ lower_case('text') }}",
    "tags": "{{ hashtags('text') }}",
    "holds": "{{ holds_words('text', 'words') }}",
    "spaced": r"{{ without_matches('text', '[\\t\\n\\f\\r ]+') }}",
    "without": "{{ without_matches('text', '@?[a-z0-9_.-]+@[a-z0-9.-]+[.][a-z]+') }}",
    "addresses": "{{ addresses_in('text') }}",
    "query": "{{ json_text('payload', '$.query') }}",
    "links": "{{ profile_links('payload') }}",
    "verified_links": "{{ profile_links('payload', true) }}",
    "moved": "{{ moved_to('payload') }}",
    "quoted": "{{ reference_id('refs', 'quoted') }}",
    "is_quote": "{{ has_reference('refs', 'quoted') }}",
    "mentioned": "{{ mentioned_at('mentions', 4) }}",
    "mentioned_later": "{{ list_length(mentions_from('mentions', 1)) }}",
    "first_id": "{{ first_item('mentions') }}.id",
    "size": "{{ list_length('names') }}",
    "first": "{{ first_item('names') }}",
    "nobody": "{{ empty_list() }}",
    "seconds": "{{ seconds_between('began_at', 'ended_at') }}",
    "whole_seconds": "{{ whole_seconds_between('began_at', 'ended_at') }}",
    "days": "{{ days_between('day', \"date '2026-03-01'\") }}",
    "start": "{{ start_of('day') }}",
    "week": "{{ week_number('day') }}",
    "in_id": "{{ snowflake_time('id', 1288834974657) }}",
    "balance": "{{ evenness('counts', 'n + 1') }}",
    "gap": "{{ median_gap_minutes('moments') }}",
}
GROUPS = {
    "sorted": "{{ sorted_list('text', 'n, text') }}",
    "itself": "{{ sorted_list('began_at') }}",
    "distinct_words": "{{ distinct_sorted_list(['words', 'lang']) }}",
    "some_words": "{{ distinct_sorted_list(['words'], 'n > 12') }}",
    "joined": "{{ distinct_joined('words', ', ') }}",
    "counted": "{{ counts_by('words') }}",
    "last": "{{ last_by('text', observation_order()) }}",
    "first": "{{ first_by('text', observation_order('cases')) }}",
}
MODELS = {
    "of_rows": f"select n, {', '.join(f'{macro} as {name}' for name, macro in ROWS.items())} from raw.cases",
    "of_groups": f"select lang, {', '.join(f'{macro} as {name}' for name, macro in GROUPS.items())} "
    "from raw.cases as cases where began_at is not null group by lang",
    "of_series": "select n, {{ number_series('n - 3', '5') }} as number from raw.cases",
    "of_lists": "with kept as {{ not_kept() }} (select * from raw.cases) "
    "select n, {{ each_of('names') }} as name from kept",
    "of_windows": "select n, {{ first_known('words') }} over to_come as next_word from raw.cases "
    "window to_come as (order by n rows between current row and unbounded following)",
    "of_tops": "with links as (select * from raw.cases where post_id is not null), tops as ("
    "{{ below_tops('links', 'parent_post_id', ['network'], own=['mine'], of_top=['told'], has_cycles=true) }}"
    ") select network, post_id, mine, top_post_id, told, steps from tops",
    "of_trees": "with links as (select * from raw.cases where network = 'deep'), below as ("
    "{{ descendants('links', 'parent_post_id', ['network']) }}), tops as ("
    "{{ below_tops('links', 'parent_post_id', ['network']) }}) "
    "select tops.post_id, tops.steps, below.descendant_count from tops "
    "left join below on tops.post_id = below.post_id",
}  # fmt: skip


def test_each_macro_means_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small.project(monkeypatch, tmp_path / "project", MODELS)
    settings = engines.for_few_rows(load_settings(tmp_path))
    links = trees.random_links(SEED, 200, DEPTH + 1, cycle_count=9)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("set timezone = 'UTC'")
        raw_store.create_tables(connection)
        connection.execute(f"create table raw.cases ({_CASES})")
        for row in _cases(links):
            connection.execute(
                f"insert into raw.cases by name select {', '.join(f'${name} as {name}' for name in row)}", row
            )
    result = dbt.run(settings, dbt.BUILD, lambda line: None)
    assert result.returncode == 0, result.reasons
    folder = settings.spark_dir
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        spark.export_raw(connection, folder / "raw")
        result = dbt.run_on_spark(settings, lambda line: None)
        assert result.returncode == 0, result.reasons
        messages, counts = engines.differences(connection, folder)
        assert messages == []
        assert {table.partition(".")[2] for table in counts} == {*MODELS}
        tops = connection.execute("select network, post_id, top_post_id, steps from marts.of_tops").fetchall()
    assert {(network, post_id): (top, steps) for network, post_id, top, steps in tops} == trees.tops(links)


# What only daily builds call, what is no part of a query, and what the world above holds.
NOT_OF_ROWS = {
    "rows_touched",
    "settle_engine",
    "create_build_log",
    "record_build",
    "drop_orphans",
    "columns_of",
    "walked_stages",
}


def test_every_macro_is_among_them() -> None:
    macros = "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT_DIR / "macros").rglob("*.sql"))
    of_spark = set(re.findall(r"macro spark__(\w+)\(", macros))
    called = set(re.findall(r"(\w+)\(", " ".join(MODELS.values())))
    assert of_spark - called - {"snowflake_time"} - NOT_OF_ROWS == set()


_CASES = """
    n integer, text varchar, words varchar, lang varchar, payload json, names varchar[], counts bigint[],
    refs struct(type varchar, id varchar)[], mentions struct("start" integer, id varchar)[], began_at timestamptz,
    ended_at timestamptz, day date, moments timestamptz[], id varchar, page_key varchar, section varchar,
    position integer, observed_at timestamptz, network varchar, post_id varchar, parent_post_id varchar, mine varchar,
    told varchar
"""


def _cases(links: list[trees.Link]) -> Iterator[dict[str, Any]]:
    moment = datetime(2026, 2, 27, 23, 59, 58, 765_432, tzinfo=UTC)
    for n, text in enumerate(TEXTS):
        yield {
            "n": n,
            "text": text,
            "words": [None, "bee", "New-York", "\\Q it's \\E", "straße", "x"][n % 6],
            "lang": ["el", "en", None][n % 3],
            "payload": None if PAYLOADS[n % 5] is None else json.dumps(PAYLOADS[n % 5]),
            "names": None if n % 4 == 0 else ["bee", "ana", "bee", "x"][: n % 5],
            "counts": None if n % 7 == 0 else sorted([1, n + 1, 3][: n % 4]),
            "refs": None
            if n % 3 == 0
            else [{"type": "quoted", "id": f"{n}"}, {"type": "replied_to", "id": None}][n % 2 :],
            "mentions": None
            if n % 5 == 0
            else [{"start": start, "id": f"{n}-{start}"} for start in range(0, n, 4)],
            "began_at": moment + timedelta(seconds=n * n, milliseconds=n),
            "ended_at": None if n == 3 else moment + timedelta(days=n - 4, microseconds=7 * n),
            "day": None if n == 5 else (moment + timedelta(days=9 * n - 80)).date(),
            "moments": [moment + timedelta(seconds=step**3 + n) for step in range(n % 6)],
            "id": [None, "no number", "5", "1099511627775", "1099511627776", "1967182736451874816"][n % 6],
            "page_key": f"x/own_posts/run/page-{n % 3}",
            "section": ["data", "includes"][n % 2],
            "position": n,
            "observed_at": moment + timedelta(days=n % 2),
        }
    for n, (network, post_id, parent) in enumerate(links, len(TEXTS)):
        yield {
            "n": -n, "network": network, "post_id": post_id, "parent_post_id": parent,
            "mine": f"of {post_id}", "told": f"top {post_id}",
        }  # fmt: skip
