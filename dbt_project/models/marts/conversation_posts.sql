{{ config(
    materialized='view',
    unique_key=['network', 'root_post_id'],
    meta={'changes': '_changes__conversations'},
) }}
-- No copy of them: it would be one of the largest tables.
select
    root_post_id,
    post_id,
    parent_post_id,
    depth,
    is_parent_missing,
    network,
    account_id,
    person_id,
    created_at,
    reported_reply_count,
    is_question,
    is_new_turn
from {{ ref('int_conversations__placed') }}
