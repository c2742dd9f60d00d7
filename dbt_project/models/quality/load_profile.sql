-- What came in: pages, posts and errors of each client, network, stream and day, and what the days before let
-- expect. The checks judge it (quality/suites/load_profile.py). It reads schema raw itself, as it is about
-- the rows as they came: staging has one row for a post that came on three pages. The day is the last one of
-- the window that a page was asked for. An imported file has no window: its day is the day of its import. So
-- a backfill fills the days that it fetched, not the day on which it ran.
with pages as (
    select
        *,
        cast(coalesce(window_end_at - interval '1' microsecond, fetched_at) as date) as day,
        coalesce(client_id, '') as owner_id
    from {{ source('raw', 'pages') }}
),

raw_posts as (
    select * from {{ source('raw', 'posts') }}
),

rejects as (
    select * from {{ source('raw', 'rejects') }} where object_kind in ('post', 'user', 'message')
),

gaps as (
    select * from {{ source('raw', 'gaps') }}
),

page_totals as (
    select
        owner_id,
        network,
        stream,
        day,
        count(*) as page_count,
        sum(result_count) filter (where source = 'api') as result_count,
        -- decimal: a sum of many is the same whatever their order
        coalesce(cast(sum(cast(estimated_cost_usd as decimal(18, 9))) as double), 0) as estimated_cost_usd,
        max(fetched_at) as last_fetched_at
    from pages
    group by owner_id, network, stream, day
),

windows as (
    select distinct
        owner_id,
        network,
        stream,
        day,
        window_start_at,
        window_end_at
    from pages
),

-- how far the stream had been read before each window
reached as (
    select
        *,
        max(window_end_at) over (
            partition by owner_id, network, stream order by window_start_at, window_end_at
            rows between unbounded preceding and 1 preceding
        ) as reached_at
    from windows
    where {{ is_expected_stream('network', 'stream') }} and window_start_at is not null
),

-- the time between that and the window, unless a known gap covers it
holes as (
    select
        reached.owner_id,
        reached.network,
        reached.stream,
        reached.day,
        sum({{ seconds_between('reached.reached_at', 'reached.window_start_at') }}) / 3600e0 as hole_hours
    from reached
    anti join gaps
        on reached.owner_id = gaps.client_id
            and reached.network = gaps.network
            and reached.stream = gaps.stream
            and reached.reached_at >= gaps.from_at
            and reached.window_start_at <= gaps.to_at
    -- the network cuts the bounds of a window to the second
    where reached.window_start_at > reached.reached_at + interval '1' second
    group by reached.owner_id, reached.network, reached.stream, reached.day
),

window_totals as (
    select
        owner_id,
        network,
        stream,
        day,
        sum({{ seconds_between('window_start_at', 'window_end_at') }}) / 86400e0 as window_days
    from windows
    group by owner_id, network, stream, day
),

posts as (
    select
        pages.owner_id,
        pages.network,
        pages.stream,
        pages.day,
        pages.source,
        pages.fetched_at,
        raw_posts.section,
        raw_posts.post_id,
        raw_posts.author_id,
        raw_posts.conversation_id,
        raw_posts.created_at,
        raw_posts.lang,
        raw_posts.public_metrics.reply_count as reply_count,
        coalesce(raw_posts.referenced_tweets, raw_posts.referenced_posts) as post_references,
        raw_posts.section = 'data' and pages.source = 'api' as is_asked_for,
        -- only posts that were asked for by window must lie in it: those beside them may be of any age
        raw_posts.section = 'data'
        and {{ is_expected_stream('pages.network', 'pages.stream') }}
        and (
            raw_posts.created_at < pages.window_start_at - interval '1' second
            or raw_posts.created_at >= pages.window_end_at + interval '1' second
        ) as is_outside_window,
        -- the door has put the id's time in its place
        raw_posts.replaced_created_at is not null as is_off_id_time,
        -- only where its id says so, too, and by our own clock
        case
            when pages.source = 'api'
                then
                    {{ seconds_between(
                        'pages.fetched_at',
                        'least(raw_posts.created_at, ' ~ time_in_id('raw_posts.network', 'raw_posts.post_id') ~ ')'
                    ) }} / 60e0
        end as ahead_minutes,
        'post ' || raw_posts.post_id || ' on page ' || raw_posts.page_key
        || coalesce(' of ' || {{ json_text('pages.parameters', '$.file') }}, '') as named
    from raw_posts
    inner join pages on raw_posts.page_key = pages.page_key
),

post_totals as (
    select
        owner_id,
        network,
        stream,
        day,
        count(distinct post_id) filter (where section = 'data') as post_count,
        count(*) filter (where is_asked_for) as data_row_count,
        count(*) filter (where is_asked_for and lang is null) as lang_null_count,
        count(*) filter (where is_asked_for and reply_count is null) as reply_count_null_count,
        count(*) filter (where is_asked_for and coalesce({{ list_length('post_references') }}, 0) = 0)
            as parent_null_count,
        avg(case when author_id is null then 1 else 0 end) filter (where source = 'api')
            as author_id_null_share,
        avg(case when created_at is null then 1 else 0 end) filter (where source = 'api')
            as created_at_null_share,
        avg(case when conversation_id is null then 1 else 0 end) filter (where source = 'api')
            as conversation_id_null_share,
        count(*) filter (where is_outside_window) as outside_window_count,
        count(*) filter (where is_off_id_time) as off_id_time_count,
        max(ahead_minutes) as newest_post_ahead_minutes,
        min(named) filter (where is_outside_window) as outside_window_example,
        min(named) filter (where is_off_id_time) as off_id_time_example,
        {{ last_by('named', 'ahead_minutes') }} as newest_post_example,
        min(created_at) filter (where section = 'data') as oldest_post_at,
        max(created_at) filter (where section = 'data') as newest_post_at
    from posts
    group by owner_id, network, stream, day
),

-- what the door has not let in
reject_totals as (
    select
        pages.owner_id,
        pages.network,
        pages.stream,
        pages.day,
        count(*) as refused_count,
        count(*) filter (where rejects.section = 'data') as refused_data_count,
        min(
            rejects.object_kind || ' ' || coalesce(rejects.object_id, 'without an id') || ' on page '
            || rejects.page_key
        ) as refused_example
    from rejects
    inner join pages on rejects.page_key = pages.page_key
    where pages.source = 'api'
    group by pages.owner_id, pages.network, pages.stream, pages.day
),

-- what a page may hold as its results instead of posts
users_and_messages as (
    select page_key from {{ source('raw', 'users') }} where section = 'data'
    union all
    select page_key from {{ source('raw', 'messages') }}
),

user_and_message_totals as (
    select
        pages.owner_id,
        pages.network,
        pages.stream,
        pages.day,
        count(*) as data_row_count
    from users_and_messages
    inner join pages on users_and_messages.page_key = pages.page_key
    where pages.source = 'api'
    group by pages.owner_id, pages.network, pages.stream, pages.day
),

error_totals as (
    select
        pages.owner_id,
        pages.network,
        pages.stream,
        pages.day,
        count(*) as error_count,
        {{ counts_by("coalesce(errors.title, 'without a title')") }} as errors_by_type
    from {{ source('raw', 'errors') }} as errors
    inner join pages on errors.page_key = pages.page_key
    group by pages.owner_id, pages.network, pages.stream, pages.day
),

joined as (
    select
        page_totals.owner_id as client_id,
        page_totals.network,
        page_totals.stream,
        page_totals.day,
        {{ days_between(week_start('page_totals.day'), 'page_totals.day') }} as weekday,
        page_totals.page_count,
        coalesce(post_totals.post_count, 0) as post_count,
        -- a post that was fetched twice is one post, but it was paid for twice and may have failed twice
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
        post_totals.outside_window_example,
        post_totals.off_id_time_example,
        post_totals.newest_post_example,
        coalesce(reject_totals.refused_count, 0) as refused_count,
        coalesce(reject_totals.refused_data_count, 0) as refused_data_count,
        reject_totals.refused_example,
        coalesce(post_totals.data_row_count, 0)
        + coalesce(user_and_message_totals.data_row_count, 0) as api_row_count,
        post_totals.newest_post_ahead_minutes,
        post_totals.oldest_post_at,
        post_totals.newest_post_at,
        page_totals.estimated_cost_usd,
        page_totals.last_fetched_at,
        window_totals.window_days,
        holes.hole_hours,
        -- of the results that the network announced, those that are in the raw tables or were refused
        (
            coalesce(post_totals.data_row_count, 0)
            + coalesce(user_and_message_totals.data_row_count, 0)
            + coalesce(reject_totals.refused_data_count, 0)
        ) / nullif(page_totals.result_count, 0) as completeness
    from page_totals
    {% for totals in [
        'window_totals', 'holes', 'post_totals', 'user_and_message_totals', 'error_totals', 'reject_totals',
    ] %}
        left join {{ totals }}
            on page_totals.owner_id = {{ totals }}.owner_id
                and page_totals.network = {{ totals }}.network
                and page_totals.stream = {{ totals }}.stream
                and page_totals.day = {{ totals }}.day
    {% endfor %}
),

with_history as (
    select
        *,
        sum(post_count) over trailing_days as trailing_post_count,
        sum(window_days) over trailing_days as trailing_window_days,
        sum(case when window_days <= 1 then post_count end) over same_weekdays as weekday_post_count,
        sum(case when window_days <= 1 then window_days end) over same_weekdays as weekday_window_days,
        count(case when window_days <= 1 then 1 end) over same_weekdays as weekday_count,
        cast(sum(api_post_row_count) over trailing_days as bigint) as trailing_row_count,
        cast(sum(lang_null_count) over trailing_days as bigint) as trailing_lang_null_count,
        cast(sum(reply_count_null_count) over trailing_days as bigint) as trailing_reply_count_null_count,
        cast(sum(parent_null_count) over trailing_days as bigint) as trailing_parent_null_count,
        -- the newest day of a stream that is read by windows: only this one is held against the days before
        {{ is_expected_stream('network', 'stream') }}
        and row_number() over (partition by client_id, network, stream order by day desc) = 1 as is_judged
    from joined
    window
        trailing_days as (
            partition by client_id, network, stream order by day
            range between interval '{{ var('profile_trailing_days') }}' day preceding
            and interval '1' day preceding
        ),
        same_weekdays as (
            partition by client_id, network, stream, weekday order by day
            range between interval '{{ var('profile_trailing_days') }}' day preceding
            and interval '1' day preceding
        )
),

judged as (
    select * from with_history where is_judged
),

-- each post with its language and its kind
mixed as (
    select
        owner_id,
        network,
        stream,
        day,
        post_id,
        'language' as mix,
        coalesce(lang, 'none') as part
    from posts
    where is_asked_for
    union all
    select
        owner_id,
        network,
        stream,
        day,
        post_id,
        'kind' as mix,
        coalesce({{ first_item('post_references') }}.type, 'original') as part
    from posts
    where is_asked_for
),

-- how many posts of each language and kind there were on the newest day, and in the days before
parts as (
    select
        judged.client_id,
        judged.network,
        judged.stream,
        mixed.mix,
        mixed.part,
        count(distinct case when mixed.day = judged.day then mixed.post_id end) as newest_count,
        count(distinct case when mixed.day < judged.day then mixed.post_id end) as earlier_count
    from judged
    inner join mixed
        on judged.client_id = mixed.owner_id
            and judged.network = mixed.network
            and judged.stream = mixed.stream
            and judged.day - {{ var('profile_trailing_days') }} <= mixed.day
            and judged.day >= mixed.day
    group by judged.client_id, judged.network, judged.stream, mixed.mix, mixed.part
),

totals as (
    select
        *,
        sum(newest_count) over mix_of_stream as newest_total,
        sum(earlier_count) over mix_of_stream as earlier_total
    from parts
    window mix_of_stream as (partition by client_id, network, stream, mix)
),

-- the share of posts that would have to change their language (kind) for the two mixes to be the same
drifts as (
    select
        client_id,
        network,
        stream,
        mix,
        case
            when least(max(newest_total), max(earlier_total)) >= {{ var('profile_mix_floor') }}
                then sum(abs(newest_count / newest_total - earlier_count / earlier_total)) / 2
        end as drift
    from totals
    group by client_id, network, stream, mix
)

select
    with_history.client_id,
    with_history.network,
    with_history.stream,
    with_history.day,
    with_history.page_count,
    with_history.post_count,
    with_history.api_post_row_count,
    with_history.error_count,
    with_history.errors_by_type,
    with_history.author_id_null_share,
    with_history.created_at_null_share,
    with_history.conversation_id_null_share,
    with_history.lang_null_count,
    with_history.reply_count_null_count,
    with_history.parent_null_count,
    with_history.outside_window_count,
    with_history.off_id_time_count,
    with_history.newest_post_ahead_minutes,
    with_history.outside_window_example,
    with_history.off_id_time_example,
    with_history.newest_post_example,
    with_history.refused_count,
    with_history.refused_data_count / nullif(
        with_history.refused_data_count + with_history.api_row_count, 0
    ) as refused_share,
    with_history.refused_example,
    with_history.oldest_post_at,
    with_history.newest_post_at,
    with_history.estimated_cost_usd,
    with_history.last_fetched_at,
    with_history.window_days,
    with_history.hole_hours,
    with_history.completeness,
    with_history.trailing_row_count,
    with_history.trailing_lang_null_count,
    with_history.trailing_reply_count_null_count,
    with_history.trailing_parent_null_count,
    -- Expected from the windows of the same weekday before, for weekends are quiet. Where there are too few,
    -- or where windows are longer than a day, from all windows before. Null where history is too short.
    case
        when not with_history.is_judged then null
        when
            with_history.window_days <= 1
            and with_history.weekday_count >= {{ var('profile_same_weekdays_min') }}
            then
                with_history.weekday_post_count / with_history.weekday_window_days
                * with_history.window_days
        when with_history.trailing_window_days >= {{ var('profile_trailing_days_min') }}
            then
                with_history.trailing_post_count / with_history.trailing_window_days
                * with_history.window_days
    end as expected_post_count,
    with_history.is_judged
    and least(with_history.api_post_row_count, with_history.trailing_row_count)
    >= {{ var('profile_mix_floor') }} as has_comparable_fields,
    languages.drift as language_drift,
    kinds.drift as kind_drift
from with_history
left join drifts as languages
    on with_history.is_judged
        and with_history.client_id = languages.client_id
        and with_history.network = languages.network
        and with_history.stream = languages.stream
        and languages.mix = 'language'
left join drifts as kinds
    on with_history.is_judged
        and with_history.client_id = kinds.client_id
        and with_history.network = kinds.network
        and with_history.stream = kinds.stream
        and kinds.mix = 'kind'
