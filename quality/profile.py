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

windows as (
    select distinct owner_id, stream, day, window_start_at, window_end_at from pages
),

-- how far the stream was read before each window, and the stretch between, unless a known gap covers it
holes as (
    select
        reached.owner_id,
        reached.stream,
        reached.day,
        sum(epoch(reached.window_start_at - reached_at)) / 3600 as hole_hours
    from (
        select
            *,
            max(window_end_at) over (
                partition by owner_id, stream order by window_start_at, window_end_at
                rows between unbounded preceding and 1 preceding
            ) as reached_at
        from windows
        where stream in ({_WINDOWED}) and window_start_at is not null
    ) as reached
    anti join raw.gaps as gaps
        on reached.owner_id = gaps.client_id
            and reached.stream = gaps.stream
            and gaps.from_at <= reached.reached_at
            and reached.window_start_at <= gaps.to_at
    -- the network knows bounds to the second
    where reached.window_start_at > reached.reached_at + interval 1 second
    group by all
),

window_totals as (
    select owner_id, stream, day, sum(epoch(window_end_at - window_start_at)) / 86400 as window_days
    from windows
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
        posts.lang,
        posts.public_metrics.reply_count,
        coalesce(posts.referenced_tweets, posts.referenced_posts, []) as parents,
        posts.section = 'data' and pages.source = 'api' as is_asked_for,
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
        count(*) filter (is_asked_for) as data_row_count,
        count(*) filter (is_asked_for and lang is null) as lang_null_count,
        count(*) filter (is_asked_for and reply_count is null) as reply_count_null_count,
        count(*) filter (is_asked_for and len(parents) = 0) as parent_null_count,
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
    select
        pages.owner_id,
        pages.stream,
        pages.day,
        count(*) as error_count,
        histogram(coalesce(errors.title, 'without a title')) as errors_by_type
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
        error_totals.errors_by_type,
        post_totals.author_id_null_share,
        post_totals.created_at_null_share,
        post_totals.conversation_id_null_share,
        coalesce(post_totals.lang_null_count, 0) as lang_null_count,
        coalesce(post_totals.reply_count_null_count, 0) as reply_count_null_count,
        coalesce(post_totals.parent_null_count, 0) as parent_null_count,
        coalesce(post_totals.outside_window_count, 0) as outside_window_count,
        coalesce(post_totals.off_id_time_count, 0) as off_id_time_count,
        post_totals.newest_post_ahead_minutes,
        post_totals.oldest_post_at,
        post_totals.newest_post_at,
        page_totals.estimated_cost_usd,
        page_totals.last_fetched_at,
        window_totals.window_days,
        holes.hole_hours,
        -- of the results that the network announced, those that stand in the raw tables
        (
            coalesce(post_totals.data_row_count, 0)
            + coalesce(user_totals.data_row_count, 0)
            + coalesce(message_totals.data_row_count, 0)
        ) / nullif(page_totals.result_count, 0) as completeness
    from page_totals
    left join window_totals using (owner_id, stream, day)
    left join holes using (owner_id, stream, day)
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
        sum(post_count) filter (window_days <= 1) over same_weekdays as weekday_post_count,
        sum(window_days) filter (window_days <= 1) over same_weekdays as weekday_window_days,
        count(*) filter (window_days <= 1) over same_weekdays as weekday_count,
        sum(api_post_row_count) over trailing_days as trailing_row_count,
        sum(lang_null_count) over trailing_days as trailing_lang_null_count,
        sum(reply_count_null_count) over trailing_days as trailing_reply_count_null_count,
        sum(parent_null_count) over trailing_days as trailing_parent_null_count,
        stream in ({_WINDOWED}) and row_number() over (partition by client_id, stream order by day desc) = 1
            as is_judged
    from joined
    window
        trailing_days as (
            partition by client_id, stream order by day
            range between interval {limits.TRAILING_DAYS} days preceding and interval 1 day preceding
        ),
        same_weekdays as (
            partition by client_id, stream, isodow(day) order by day
            range between interval {limits.TRAILING_DAYS} days preceding and interval 1 day preceding
        )
),

-- posts by language and by kind: on the newest day, and in the days before
mixed as (
    select owner_id, stream, day, post_id, 'language' as mix, coalesce(lang, 'none') as part
    from posts
    where is_asked_for
    union all
    select owner_id, stream, day, post_id, 'kind' as mix, coalesce(parents[1].type, 'original') as part
    from posts
    where is_asked_for
),

parts as (
    select
        judged.client_id,
        judged.stream,
        mixed.mix,
        mixed.part,
        count(distinct mixed.post_id) filter (mixed.day = judged.day) as newest_count,
        count(distinct mixed.post_id) filter (mixed.day < judged.day) as earlier_count
    from (select * from with_history where is_judged) as judged
    inner join mixed
        on judged.client_id = mixed.owner_id
            and judged.stream = mixed.stream
            and mixed.day between judged.day - {limits.TRAILING_DAYS} and judged.day
    group by all
),

-- the share of posts that would have to change their language (kind) for the two mixes to be the same
drifts as (
    select
        client_id,
        stream,
        mix,
        if(
            least(max(newest_total), max(earlier_total)) >= {limits.MIX_FLOOR},
            sum(abs(newest_count / newest_total - earlier_count / earlier_total)) / 2,
            null
        ) as drift
    from (
        select
            *,
            sum(newest_count) over (partition by client_id, stream, mix) as newest_total,
            sum(earlier_count) over (partition by client_id, stream, mix) as earlier_total
        from parts
    )
    group by all
)

select
    with_history.* exclude (
        trailing_post_count, trailing_window_days, weekday_post_count, weekday_window_days, weekday_count,
        is_judged
    ),
    -- what the windows before let this one expect: those of the same weekday, for weekends are quiet; where there
    -- are too few, or windows longer than a day, all of them. NULL where history is too short or another day newer
    case
        when not is_judged then null
        when window_days <= 1 and weekday_count >= {limits.SAME_WEEKDAYS_MIN}
            then weekday_post_count / weekday_window_days * window_days
        when trailing_window_days >= {limits.TRAILING_DAYS_MIN}
            then trailing_post_count / trailing_window_days * window_days
    end as expected_post_count,
    is_judged and least(api_post_row_count, trailing_row_count) >= {limits.MIX_FLOOR} as has_comparable_fields,
    languages.drift as language_drift,
    kinds.drift as kind_drift
from with_history
left join drifts as languages
    on is_judged
        and with_history.client_id = languages.client_id
        and with_history.stream = languages.stream
        and languages.mix = 'language'
left join drifts as kinds
    on is_judged
        and with_history.client_id = kinds.client_id
        and with_history.stream = kinds.stream
        and kinds.mix = 'kind'
"""


def write_load_profile(con: duckdb.DuckDBPyConnection) -> None:
    """Replaces quality.load_profile, computed from the raw tables."""
    con.execute(_PROFILE_SQL)
