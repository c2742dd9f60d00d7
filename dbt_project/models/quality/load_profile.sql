{{ config(materialized='incremental', unique_key=['client_id', 'network', 'stream', 'day']) }}
{%- set of_posts = [
    'post_count', 'api_post_row_count', 'lang_null_count', 'reply_count_null_count', 'parent_null_count',
    'author_id_null_share', 'created_at_null_share', 'conversation_id_null_share', 'outside_window_count',
    'off_id_time_count', 'newest_post_ahead_minutes', 'outside_window_example', 'off_id_time_example',
    'newest_post_example', 'oldest_post_at', 'newest_post_at',
] -%}
-- What came in: pages, posts and errors of each client, network, stream and day, and what the days before let
-- expect. The checks judge it (quality/suites/load_profile.py). It reads schema raw itself, as it is about
-- the rows as they came: staging has one row for a post that came on three pages.
--
-- A daily build looks at the posts of the days that new loads brought, and of the weeks that the newest day
-- is compared with. What the posts of the other days were like, it takes from the last build.
with windows as (
    select * from {{ ref('load_profile__windows') }}
),

objects as (
    select * from {{ ref('load_profile__objects') }}
),

mixes as (
    select * from {{ ref('load_profile__mixes') }}
),

-- depends_on: {{ ref('stg_rapport__new_loads') }}
new_posts as (
    select * from {{ ref('load_profile__posts') }}
),

posts as (
    select
        client_id,
        network,
        stream,
        day,
        {{ of_posts | join(', ') }}
    from new_posts
    {% if is_daily() %}
        union all
        select
            standing.client_id,
            standing.network,
            standing.stream,
            standing.day,
            standing.{{ of_posts | join(', standing.') }}
        from {{ this }} as standing
        anti join new_posts
            on standing.client_id = new_posts.client_id
                and standing.network = new_posts.network
                and standing.stream = new_posts.stream
                and standing.day = new_posts.day
    {% endif %}
),

joined as (
    select
        windows.client_id,
        windows.network,
        windows.stream,
        windows.day,
        {{ days_between(week_start('windows.day'), 'windows.day') }} as weekday,
        windows.page_count,
        windows.result_count,
        windows.estimated_cost_usd,
        windows.last_fetched_at,
        windows.window_days,
        windows.hole_hours,
        {% for column in of_posts %}
            {% if column.endswith('_count') %}
                coalesce(posts.{{ column }}, 0) as {{ column }},
            {% else %}
                posts.{{ column }},
            {% endif %}
        {% endfor %}
        coalesce(objects.error_count, 0) as error_count,
        objects.errors_by_type,
        coalesce(objects.refused_count, 0) as refused_count,
        coalesce(objects.refused_data_count, 0) as refused_data_count,
        objects.refused_example,
        coalesce(posts.api_post_row_count, 0) + coalesce(objects.result_row_count, 0) as api_row_count
    from windows
    left join posts
        on windows.client_id = posts.client_id
            and windows.network = posts.network
            and windows.stream = posts.stream
            and windows.day = posts.day
    left join objects
        on windows.client_id = objects.client_id
            and windows.network = objects.network
            and windows.stream = objects.stream
            and windows.day = objects.day
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
        {{ is_stream_of('expected_streams', 'network', 'stream') }}
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
)

select
    with_history.client_id,
    with_history.network,
    with_history.stream,
    with_history.day,
    with_history.page_count,
    with_history.{{ of_posts | join(', with_history.') }},
    with_history.error_count,
    with_history.errors_by_type,
    with_history.refused_count,
    with_history.refused_data_count / nullif(
        with_history.refused_data_count + with_history.api_row_count, 0
    ) as refused_share,
    with_history.refused_example,
    with_history.estimated_cost_usd,
    with_history.last_fetched_at,
    with_history.window_days,
    with_history.hole_hours,
    -- of the results that the network announced, those that are in the raw tables or were refused
    (with_history.api_row_count + with_history.refused_data_count) / nullif(with_history.result_count, 0)
        as completeness,
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
    mixes.language_drift,
    mixes.kind_drift
from with_history
left join mixes
    on with_history.is_judged
        and with_history.client_id = mixes.client_id
        and with_history.network = mixes.network
        and with_history.stream = mixes.stream
