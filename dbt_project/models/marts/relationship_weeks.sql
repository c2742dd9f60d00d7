{{ config(
    materialized='incremental',
    unique_key=['client_id', 'person_id'],
    meta={'changes': '_changes__pairs'},
) }}
{%- set in_order = 'occurred_at, ' ~ id_order('post_id') ~ ', network' %}
with stages as (
    select
        *,
        {{ week_of_number('week_number') }} as week_start_date,
        {{ week_of_number('last_exchange_week') }} as last_exchange_week_start_date
    from {{ ref('int_relationships__stages') }}
),

addresses as (
    select * from {{ only_changed(ref('int_relationships__addresses'), ref('_changes__pairs')) }}
),

exchanges as (
    select * from {{ only_changed(ref('int_relationships__exchanges'), ref('_changes__pairs')) }}
),

address_posts as (
    select
        client_id,
        person_id,
        week_start_date,
        {{ sorted_list(qualified_id('network', 'post_id'), in_order) }} as post_ids
    from addresses
    group by client_id, person_id, week_start_date
),

exchange_posts as (
    select
        client_id,
        person_id,
        week_start_date,
        {{ distinct_sorted_list([
            qualified_id('network', 'answered_post_id'), qualified_id('network', 'answer_post_id'),
        ]) }} as post_ids
    from exchanges
    group by client_id, person_id, week_start_date
)

select
    stages.client_id,
    stages.person_id,
    stages.week_start_date,
    case
        when stages.is_complete_week then {{ start_of(week_of_number('stages.week_number + 1')) }}
        else stages.as_of_at
    end as as_of_at,
    cast(
        case
            when stages.is_complete_week then {{ week_of_number('stages.week_number + 1') }}
            else stages.as_of_at
        end as date
    ) as as_of_date,
    stages.is_complete_week,
    stages.stage,
    stages.stage_before,
    stages.movement,
    stages.week_address_in_count,
    stages.week_address_out_count,
    stages.week_exchange_count,
    stages.week_real_conversation_count,
    stages.address_in_count,
    stages.address_out_count,
    stages.exchange_count,
    stages.real_conversation_count,
    stages.active_week_count,
    case stages.first_direction when 'in' then 'them' else 'us' end as reached_out_by,
    stages.first_contact_at,
    stages.last_contact_at,
    stages.last_mutual_at,
    stages.balance,
    -- the posts of the last exchanges, where the stage moved or there were exchanges; else the week's
    -- addresses
    coalesce(
        case
            when stages.movement <> 'held' or stages.week_exchange_count > 0 then exchange_posts.post_ids
        end,
        address_posts.post_ids
    ) as evidence_post_ids
from stages
left join address_posts
    on stages.client_id = address_posts.client_id
        and stages.person_id = address_posts.person_id
        and stages.week_start_date = address_posts.week_start_date
left join exchange_posts
    on stages.client_id = exchange_posts.client_id
        and stages.person_id = exchange_posts.person_id
        and stages.last_exchange_week_start_date = exchange_posts.week_start_date
