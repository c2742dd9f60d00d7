"""A history written out: as plain NDJSON, and as the rows that a load leaves in schema raw.

The pages are those that a daily fetch would have brought: our own posts, mentions of us, whole conversations, quotes,
and what was missing. So a post of ours in a conversation is there twice, as it would be. The tables are those of
extractors/raw/tables.py; that loading the same pages leaves the same rows, tests/benchmarks holds us to.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import numpy as np
import pandas as pd

from benchmarks import posts as invented
from benchmarks.history import BOTS, DAY_MS, OURS, START_MS, TEAM, TRACKED, History, Whole
from extractors.files import lists
from extractors.raw import raw_store
from rapport.config import Settings, load_settings
from rapport.networks import X

CLIENT = "benchmark"
STAKEHOLDERS = 40
_PAGE_SIZE = 100
_ACCOUNT_BASE = 2_000_000_000
_STREAMS = ("own_posts", "mentions", "conversations", "quotes", "missing")
_POSTS_AT_A_TIME = 500_000
_TEXTS = 20_000

_NODS_EVERY = 400  # of so many posts of ours one is asked for its likers
_NODS_EACH = 20

# Each post's columns as raw.posts has them, and what the API says of it as text: put together piece by piece, for
# serialising one value of everything takes three times as long.
_POSTS = """
    create or replace temp table written as
    with worded as (
        select
            chunk.*, texts.text as body, texts.lang, hash(post_id) as luck, epoch_ms(at_ms) as wrote_at,
            case
                when reposted_id is not null then 'RT @a' || reposted_author || ': '
                else coalesce('@a' || parent_author || ' ', '') || coalesce('@a' || root_author || ' ', '')
            end || texts.text
            || case when luck % 7 = 0 and reposted_id is null then '?' else '' end as opening,
        from chunk inner join texts using (text_number)
    ),
    referring as (
        select
            *,
            opening || coalesce(' @a' || typed, '') as text,
            nullif(list_filter([
                mention(3, reposted_author), mention(0, parent_author),
                mention(length('@a' || parent_author) + 1, root_author), mention(length(opening) + 1, typed)
            ], lambda one: one.id is not null), []) as mentions,
            nullif(list_filter([
                {'type': 'retweeted', 'id': reposted_id::varchar}, {'type': 'quoted', 'id': quoted_id::varchar},
                {'type': 'replied_to', 'id': parent_id::varchar}
            ], lambda one: one.id is not null), []) as referenced_tweets,
        from worded
    )
    select
        row_number, author, mentions, referenced_tweets, text, lang,
        post_id::varchar as post_id, account(author) as author_id, root_id::varchar as conversation_id,
        account(parent_author) as in_reply_to_user_id, [post_id::varchar] as edit_history_tweet_ids,
        date_trunc('second', wrote_at)::timestamptz as created_at,
        case when luck % 50 = 1 and reposted_id is null then text || repeat(' ' || body, 3) end as note_tweet_text,
        case when note_tweet_text is not null then mentions end as note_mentions,
        {
            'retweet_count': luck % 41, 'repost_count': null, 'reply_count': reply_count, 'like_count': luck % 401,
            'quote_count': luck % 3, 'bookmark_count': luck % 10, 'impression_count': luck % 90001
        } as public_metrics,
        coalesce('"mentions":' || to_json(mentions), '') as mentions_text,
        '{"id":"' || post_id || '","author_id":"' || author_id || '","created_at":"' || stamp(wrote_at)
        || '","conversation_id":"' || root_id || '","edit_history_tweet_ids":["' || post_id || '"],"lang":"' || lang
        || '","possibly_sensitive":false,"reply_settings":"everyone","edit_controls":{"edits_remaining":5,'
        || '"is_edit_eligible":true,"editable_until":"' || stamp(wrote_at + interval 1 hour)
        || '"},"public_metrics":{"retweet_count":' || luck % 41 || ',"reply_count":' || reply_count
        || ',"like_count":' || luck % 401 || ',"quote_count":' || luck % 3 || ',"bookmark_count":' || luck % 10
        || ',"impression_count":' || luck % 90001 || '}'
        || coalesce(',"in_reply_to_user_id":"' || in_reply_to_user_id || '"', '')
        || coalesce(',"referenced_tweets":' || to_json(referenced_tweets), '')
        || coalesce(',"entities":{"mentions":' || to_json(mentions) || '}', '')
        || coalesce(
            ',"note_tweet":{"text":"' || note_tweet_text || '","entities":{' || mentions_text || '}}', ''
        )
        || ',"text":"' || text || '"}' as payload,
    from referring
"""

_MACROS = f"""
    create or replace temp macro account(number) as ({_ACCOUNT_BASE} + number)::varchar;
    create or replace temp macro stamp(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%S.000Z');
    create or replace temp macro mention("start", number) as {{
        'start': "start"::integer, 'end': ("start" + length('@a' || number))::integer,
        'username': 'a' || number, 'id': account(number)
    }};
"""

_INSERT_POSTS = f"""
    insert into raw.posts by name
    select
        columns(* exclude ("row_number", author, mentions_text)),
        'data' as section, '{X.name}' as network, false as is_withheld, $load_id as load_id,
    from brought
"""

# The authors that a page includes; `profiles` has page_key, observed_at, section, position, number.
_INSERT_USERS = f"""
    insert into raw.users by name
    with described as (
        select
            page_key, observed_at, section, position, '{X.name}' as network, account(number) as account_id,
            'a' || number as username, 'Account ' || number || ' of the audience' as name,
            'Reads, writes, gardens. Opinions are everybody''s own.' as description,
            timestamptz '2015-03-14 09:26:53+00' as created_at,
            {{
                'followers_count': number * 3 % 9000, 'following_count': number * 7 % 2000,
                'tweet_count': number * 11 % 50000, 'post_count': null, 'listed_count': number % 50
            }} as public_metrics,
            false as is_protected, '' as url,
            case when number % 50 = 0 then 'business' else 'none' end as verified_type,
            'Town ' || number % 997 as location, number, $load_id as load_id,
        from ({{profiles}})
    )
    select
        * exclude (number),
        '{{"id":"' || account_id || '","username":"' || username || '","name":"' || name
        || '","created_at":"2015-03-14T09:26:53.000Z","description":"' || description || '","location":"' || location
        || '","protected":false,"verified":false,"verified_type":"' || verified_type || '","url":"",'
        || '"profile_image_url":"https://images.example.org/profile_images/' || number || '/portrait.jpg",'
        || '"public_metrics":{{"followers_count":' || number * 3 % 9000 || ',"following_count":' || number * 7 % 2000
        || ',"tweet_count":' || number * 11 % 50000 || ',"listed_count":' || number % 50 || '}}}}' as payload,
    from described
"""


@dataclass(frozen=True)
class Written:
    """What was written: captured posts, rows in raw, pages that brought posts, bytes of the NDJSON."""

    post_count: int
    post_row_count: int
    user_row_count: int
    page_count: int
    ndjson_bytes: int


def account_ids(part: Literal["ours", "bots"]) -> list[str]:
    """The ids of the client's own accounts, or of its bots."""
    numbers = range(OURS) if part == "ours" else range(OURS, OURS + BOTS)
    return [str(_ACCOUNT_BASE + number) for number in numbers]


def configure(home: Path) -> Settings:
    """A home with one client: accounts, team, bots, stakeholders; its raw tables are made."""
    home.mkdir(parents=True, exist_ok=True)

    def several(first: int, count: int) -> str:
        return ", ".join(f'"@a{number}"' for number in range(first, first + count))

    lines = [
        "[[clients]]", f'id = "{CLIENT}"', 'name = "Benchmark"', f"accounts = [{several(0, TRACKED)}]",
        f"team = [{several(TRACKED, TEAM)}]", f"bots = [{several(OURS, BOTS)}]",
    ]  # fmt: skip
    for number in range(STAKEHOLDERS):
        lines += [
            "[[clients.stakeholders]]", f'handle = "@a{OURS + BOTS + number * 3}"', 'why = "to be met"',
            f'topic = "topic {number % 5}"', f"priority = {number % 3 + 1}",
        ]  # fmt: skip
    (home / "rapport.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = load_settings(home, home / "rapport.toml")
    raw_store.load(settings, lambda message: None)
    lists.sync(settings)
    return settings


def captures(history: History, rows: Whole, late_day: int | None = None) -> pd.DataFrame:
    """Which page brings which of the rows: columns row, stream (a place in _STREAMS), day, page, position.

    `day` counts from the start; a page has at most 100 posts of one stream's day. With `late_day`, everything
    was brought on that day.
    """
    addressed = [
        history.typed[rows],
        history.author[history.parent[rows]],
        history.author[history.reposted[rows]],
    ]
    addressed[1] = np.where(history.parent[rows] < 0, -1, addressed[1])
    addressed[2] = np.where(history.reposted[rows] < 0, -1, addressed[2])
    is_ours = history.author[rows] < OURS
    names_us = np.any([(accounts >= 0) & (accounts < OURS) for accounts in addressed], axis=0) & ~is_ours
    thread_size = np.bincount(history.root, minlength=len(history))
    is_talk = (thread_size[history.root[rows]] > 1) & (history.reposted[rows] < 0)
    is_quote = (history.quoted[rows] >= 0) & ~is_ours & ~names_us & ~is_talk
    by_stream = [is_ours, names_us, is_talk, is_quote, ~(is_ours | names_us | is_talk | is_quote)]
    parts = [
        (np.full(int(is_of_stream.sum()), number), rows[is_of_stream])
        for number, is_of_stream in enumerate(by_stream)
    ]
    stream, row = (np.concatenate(column) for column in zip(*parts, strict=True))
    day = (history.at_ms[row] - START_MS) // DAY_MS if late_day is None else np.full(len(row), late_day)
    order = np.lexsort((row, stream, day))
    stream, row, day = stream[order], row[order], day[order]
    first = np.flatnonzero(np.r_[True, (np.diff(stream) != 0) | (np.diff(day) != 0)])
    within = np.arange(len(row)) - np.repeat(first, np.diff(np.r_[first, len(row)]))
    return pd.DataFrame(
        {
            "row": row,
            "stream": stream,
            "day": day,
            "page": within // _PAGE_SIZE,
            "position": within % _PAGE_SIZE,
        }
    )


def posts_of(history: History, rows: Whole, seed: int) -> pd.DataFrame:
    """The rows as the columns that a payload is made of."""
    chance = np.random.default_rng(seed)
    ids = history.post_ids()
    replies = np.bincount(history.parent[history.parent >= 0], minlength=len(history))

    def known(values: Whole, is_known: np.ndarray) -> pd.Series:
        # never by way of pandas' own nulls: these are floats, which hold 16 digits of the 19 of an id
        return pd.Series(pd.arrays.IntegerArray(np.asarray(values, dtype=np.int64), ~is_known))

    parent, reposted, quoted, typed = (
        getattr(history, name)[rows] for name in ("parent", "reposted", "quoted", "typed")
    )
    author, opener = history.author[rows], history.author[history.root[rows]]
    answered = history.author[parent]
    inherits = (parent >= 0) & (opener != answered) & (opener != author) & (chance.random(len(rows)) < 0.5)
    return pd.DataFrame(
        {
            "row_number": rows, "post_id": ids[rows], "author": author, "at_ms": history.at_ms[rows],
            "root_id": ids[history.root[rows]], "parent_id": known(ids[parent], parent >= 0),
            "parent_author": known(answered, (parent >= 0) & (answered != author)),
            "root_author": known(opener, inherits & (answered != author)),
            "quoted_id": known(ids[quoted], quoted >= 0), "reposted_id": known(ids[reposted], reposted >= 0),
            "reposted_author": known(history.author[reposted], reposted >= 0),
            "typed": known(typed, typed >= 0), "reply_count": np.where(reposted >= 0, 0, replies[rows]),
            "text_number": chance.integers(0, _TEXTS, len(rows)),
        }
    )  # fmt: skip


def write(
    settings: Settings, history: History, rows: Whole, ndjson: Path, on_progress: Callable[[str], None],
    late_day: int | None = None, seed: int = 7,
) -> Written:  # fmt: skip
    """Writes the rows of the history as NDJSON (each once), and into schema raw as their pages brought them."""
    seen = captures(history, rows, late_day)
    load_id = f"benchmark-{late_day or 0}"
    post_rows = user_rows = 0
    with duckdb.connect(str(settings.warehouse_path)) as connection, ndjson.open("wb") as file:
        connection.execute("set timezone = 'UTC'; set preserve_insertion_order = false")
        connection.execute("set memory_limit = '4GB'")
        connection.execute(_MACROS)
        _texts(connection, seed)
        page_count = _pages(connection, seen, load_id)
        for start in range(0, len(rows), _POSTS_AT_A_TIME):
            some = rows[start : start + _POSTS_AT_A_TIME]
            chunk = posts_of(history, some, seed + start)  # noqa: F841 - DuckDB finds it by name
            connection.execute(_POSTS)
            part = ndjson.with_suffix(".part")
            connection.execute(
                f"copy (select payload from written) to '{part}' "
                "(format csv, header false, quote '', escape '', delimiter '\x01')"
            )
            with part.open("rb") as piece:
                shutil.copyfileobj(piece, file, 1 << 24)
            part.unlink()
            chosen = seen[seen["row"].between(some[0], some[-1])]  # noqa: F841
            connection.execute(
                "create or replace temp table brought as select page_keys.page_key, page_keys.fetched_at as "
                "observed_at, chosen.position, written.* from chosen inner join written "
                'on chosen."row" = written.row_number inner join page_keys using (stream, day, page)'
            )
            post_rows += _rows(connection, _INSERT_POSTS, load_id)
            # A page split between two chunks may bring an author twice: one row too many, now and then.
            authors = (
                "select page_key, observed_at, 'includes' as section, author as number, "
                "row_number() over (partition by page_key order by author) - 1 as position "
                "from (select distinct page_key, observed_at, author from brought)"
            )
            user_rows += _rows(connection, _INSERT_USERS.replace("{profiles}", authors), load_id)
            on_progress(f"written: {start + len(some):,} of {len(rows):,} posts")
        size = file.tell()
        if late_day is None:
            user_rows += _nods(connection, history, rows, load_id)
    return Written(len(rows), post_rows, user_rows, page_count, size)


def _rows(connection: duckdb.DuckDBPyConnection, statement: str, load_id: str) -> int:
    """Inserts, and gives how many rows."""
    return int(connection.execute(statement, {"load_id": load_id}).fetchall()[0][0])


def _nods(connection: duckdb.DuckDBPyConnection, history: History, rows: Whole, load_id: str) -> int:
    """A page of likers for every so many posts of ours; gives how many rows of users they brought."""
    ours = rows[(history.author[rows] < OURS) & (history.reposted[rows] < 0)][::_NODS_EVERY]
    asked = pd.DataFrame({"post_id": history.post_ids()[ours], "at_ms": history.at_ms[ours]})  # noqa: F841
    connection.execute(
        f"""
        create or replace temp table asked_pages as
        select
            *, '/2/tweets/' || post_id || '/liking_users' as endpoint,
            epoch_ms(at_ms)::timestamptz + interval 1 day as fetched_at,
            'x/likers/of-' || post_id || '/page-000001' as page_key,
        from asked;
        insert into raw.pages by name
        select
            page_key, '{X.name}' as network, '{CLIENT}' as client_id, 'likers' as stream, 'of-' || post_id as run_id,
            1 as page_number, 'api' as source, endpoint, fetched_at as requested_at, fetched_at, 200 as status_code,
            {_NODS_EACH} as result_count, {_NODS_EACH} as object_count, 0.0 as estimated_cost_usd,
            'landing/' || page_key || '.json.zst' as landing_path, $load_id as load_id, now() as loaded_at,
        from asked_pages
        """,
        {"load_id": load_id},
    )
    likers = (
        "select page_key, fetched_at as observed_at, 'data' as section, position, "
        f"{OURS + BOTS} + (post_id % 97 + 7 * position) as number "
        f"from asked_pages cross join (select unnest(range({_NODS_EACH})) as position)"
    )
    return _rows(connection, _INSERT_USERS.replace("{profiles}", likers), load_id)


def _texts(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    """Texts and languages of the load's benchmark, without their links and handles."""
    connection.execute("create or replace temp table texts (text_number bigint, text varchar, lang varchar)")
    lines = [line.decode() for page in invented.pages(_TEXTS, seed) for line in page.posts]
    frame = pd.DataFrame({"text_number": range(len(lines)), "line": lines})  # noqa: F841
    connection.execute(
        "insert into texts select text_number, "
        r"trim(regexp_replace(line ->> 'text', '@\S+ | ?https://\S+', '', 'g')), line ->> 'lang' from frame"
    )


def _pages(connection: duckdb.DuckDBPyConnection, seen: pd.DataFrame, load_id: str) -> int:
    """A row in raw.pages for each page; their keys stay in the temporary table page_keys."""
    pages = seen.groupby(["stream", "day", "page"], as_index=False).agg(object_count=("row", "size"))
    streams = pd.DataFrame(  # noqa: F841
        {"stream": range(len(_STREAMS)), "name": _STREAMS}
    )
    connection.execute(
        f"""
        create or replace temp table page_keys as
        select
            stream, day, page, name, object_count,
            epoch_ms({START_MS} + day * {DAY_MS})::timestamptz as window_start_at,
            window_start_at + interval 1 day as window_end_at, window_end_at + interval 5 minute as fetched_at,
            'day-' || strftime(window_start_at, '%Y-%m-%d') as run_id,
            'x/' || name || '/' || run_id || '/page-' || lpad((page + 1)::varchar, 6, '0') as page_key,
        from pages inner join streams using (stream)
        """
    )
    connection.execute(
        f"""
        insert into raw.pages by name
        select
            page_key, '{X.name}' as network, '{CLIENT}' as client_id, name as stream, run_id, page + 1 as page_number,
            'api' as source, window_start_at, window_end_at, fetched_at as requested_at, fetched_at,
            200 as status_code, object_count as result_count, object_count, 0.005 * object_count as estimated_cost_usd,
            'landing/' || page_key || '.json.zst' as landing_path, $load_id as load_id, now() as loaded_at,
        from page_keys
        """,
        {"load_id": load_id},
    )
    return len(pages)
