{{ config(
    materialized='incremental',
    unique_key=['client_id', 'person_id'],
    meta={'changes': '_changes__pairs'},
) }}
-- A conversation with a person is real once somebody came back. It counts once, in the week in which it
-- became real.
with exchanges as (
    select * from {{ only_changed(ref('int_relationships__exchanges'), ref('_changes__pairs')) }}
)

select
    client_id,
    person_id,
    network,
    root_post_id,
    answer_post_id,
    answer_direction,
    occurred_at as became_real_at,
    week_start_date
from exchanges
where exchange_number = {{ definition('real_conversation_exchanges') }}
