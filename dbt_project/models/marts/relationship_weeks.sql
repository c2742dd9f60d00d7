{{ config(
    materialized='incremental',
    unique_key=['client_id', 'person_id'],
    meta={'changes': '_changes__pairs'},
) }}
-- depends_on: {{ ref('_changes__pairs') }}
with stages as (
    select * from {{ ref('int_relationships__stages') }}
)

select
    client_id,
    person_id,
    {{ week_of_number('week_number') }} as week_start_date,
    case
        when is_complete_week then {{ start_of(week_of_number('week_number + 1')) }}
        else as_of_at
    end as as_of_at,
    cast(
        case when is_complete_week then {{ week_of_number('week_number + 1') }} else as_of_at end as date
    ) as as_of_date,
    is_complete_week,
    stage,
    stage_before,
    movement,
    week_address_in_count,
    week_address_out_count,
    week_exchange_count,
    week_real_conversation_count,
    address_in_count,
    address_out_count,
    exchange_count,
    real_conversation_count,
    active_week_count,
    case first_direction when 'in' then 'them' else 'us' end as reached_out_by,
    first_contact_at,
    last_contact_at,
    last_mutual_at,
    balance,
    evidence_post_ids
from stages
