"""The load profile: what came in, one row per client, stream and day.

The day is the last one of the window that a page was asked for (the day of fetching for imported files,
which have none), so a backfill fills the days it fetched, not the day it ran on.
"""

import duckdb

from quality import limits

# Streams that are read window by window for every tracked account; the others follow from what these bring.
WINDOWED_STREAMS = ("own_posts", "mentions")
_WINDOWED = ", ".join(f"'{stream}'" for stream in WINDOWED_STREAMS)

# An X id above 2^40 carries its time: milliseconds since 2010-11-04T01:42:54.657Z in the bits above the 22nd.
_ID_SECONDS = "((try_cast(posts.post_id as ubigint) // 4194304) + 1288834974657) / 1000.0"

_PROFILE_SQL = f"""
create or replace table quality.load_profile as
with pages as (
    select
        *,
        cast(coalesce(window_end_at - interval 1 microsecond, fetched_at) as date) as day,
        coalesce(client_id, '') as owner_id
    from raw.pages
),

page_totals as (
    select
        owner_id,
        stream,
        day,
        count(*) as page_count,
        sum(result_count) filter (source = 'api') as result_count,
        coalesce(sum(estimated_cost_usd), 0) as estimated_cost_usd,
        max(fetched_at) as last_fetched_at
    from pages
    group by all
),

window_totals as (
    select owner_id, stream, day, sum(epoch(window_end_at - window_start_at)) / 86400 as window_days
    from (select distinct owner_id, stream, day, window_start_at, window_end_at from pages)
    group by all
),

posts as (
    select
        pages.owner_id,
        pages.stream,
        pages.day,
        pages.source,
        pages.fetched_at,
        posts.section,
        posts.post_id,
        posts.author_id,
        posts.conversation_id,
        posts.created_at,
        -- only what was asked for by window is bound to it: what rides along may be of any age
        posts.section = 'data'
        and pages.stream in ({_WINDOWED})
        -- the network knows bounds to the second, a window may be finer
        and (
            posts.created_at < pages.window_start_at - interval 1 second
            or posts.created_at >= pages.window_end_at + interval 1 second
        )
            as is_outside_window,
        posts.network = 'x'
        and try_cast(posts.post_id as ubigint) > 1099511627776
        and abs(epoch(posts.created_at) - {_ID_SECONDS}) > {limits.ID_TIME_TOLERANCE_SECONDS}
            as is_off_id_time
    from raw.posts as posts
    inner join pages on posts.page_key = pages.page_key
),

post_totals as (
    select
        owner_id,
        stream,
        day,
        count(distinct post_id) filter (section = 'data') as post_count,
        count(*) filter (section = 'data' and source = 'api') as data_row_count,
        avg(if(author_id is null, 1, 0)) filter (source = 'api') as author_id_null_share,
        avg(if(created_at is null, 1, 0)) filter (source = 'api') as created_at_null_share,
        avg(if(conversation_id is null, 1, 0)) filter (source = 'api') as conversation_id_null_share,
        count(*) filter (is_outside_window) as outside_window_count,
        count(*) filter (is_off_id_time) as off_id_time_count,
        max(epoch(created_at - fetched_at)) / 60 as newest_post_ahead_minutes,
        min(created_at) filter (section = 'data') as oldest_post_at,
        max(created_at) filter (section = 'data') as newest_post_at
    from posts
    group by all
),

user_totals as (
    select pages.owner_id, pages.stream, pages.day, count(*) as data_row_count
    from raw.users as users
    inner join pages on users.page_key = pages.page_key
    where users.section = 'data' and pages.source = 'api'
    group by all
),

message_totals as (
    select pages.owner_id, pages.stream, pages.day, count(*) as data_row_count
    from raw.messages as messages
    inner join pages on messages.page_key = pages.page_key
    group by all
),

error_totals as (
    select pages.owner_id, pages.stream, pages.day, count(*) as error_count
    from raw.errors as errors
    inner join pages on errors.page_key = pages.page_key
    group by all
),

joined as (
    select
        page_totals.owner_id as client_id,
        page_totals.stream,
        page_totals.day,
        page_totals.page_count,
        coalesce(post_totals.post_count, 0) as post_count,
        -- a post fetched twice is one post, but was billed and may have failed twice
        coalesce(post_totals.data_row_count, 0) as api_post_row_count,
        coalesce(error_totals.error_count, 0) as error_count,
        post_totals.author_id_null_share,
        post_totals.created_at_null_share,
        post_totals.conversation_id_null_share,
        coalesce(post_totals.outside_window_count, 0) as outside_window_count,
        coalesce(post_totals.off_id_time_count, 0) as off_id_time_count,
        post_totals.newest_post_ahead_minutes,
        post_totals.oldest_post_at,
        post_totals.newest_post_at,
        page_totals.estimated_cost_usd,
        page_totals.last_fetched_at,
        window_totals.window_days,
        -- of the results that the network announced, those that stand in the raw tables
        (
            coalesce(post_totals.data_row_count, 0)
            + coalesce(user_totals.data_row_count, 0)
            + coalesce(message_totals.data_row_count, 0)
        ) / nullif(page_totals.result_count, 0) as completeness
    from page_totals
    left join window_totals using (owner_id, stream, day)
    left join post_totals using (owner_id, stream, day)
    left join user_totals using (owner_id, stream, day)
    left join message_totals using (owner_id, stream, day)
    left join error_totals using (owner_id, stream, day)
),

with_history as (
    select
        *,
        sum(post_count) over trailing_days as trailing_post_count,
        sum(window_days) over trailing_days as trailing_window_days,
        row_number() over (partition by client_id, stream order by day desc) = 1 as is_newest
    from joined
    window trailing_days as (
        partition by client_id, stream order by day
        range between interval {limits.TRAILING_DAYS} days preceding and interval 1 day preceding
    )
)

select
    * exclude (trailing_post_count, trailing_window_days, is_newest),
    -- what the trailing windows let this one expect; NULL where history is too short or another day is newer
    if(
        is_newest and stream in ({_WINDOWED}) and trailing_window_days >= {limits.TRAILING_DAYS_MIN},
        trailing_post_count / trailing_window_days * window_days,
        null
    ) as expected_post_count
from with_history
"""


def write_load_profile(con: duckdb.DuckDBPyConnection) -> None:
    """Replaces quality.load_profile, computed from the raw tables."""
    con.execute(_PROFILE_SQL)
