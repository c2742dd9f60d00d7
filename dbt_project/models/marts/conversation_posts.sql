{{ config(
    materialized='view',
    unique_key=['network', 'root_post_id'],
    meta={'changes': '_changes__conversations'},
) }}
-- No copy of them: it would be one of the largest tables.
with placed as (
    select * from {{ ref('int_conversations__placed') }}
),

tombstones as (
    select * from {{ ref('stg_rapport__tombstones') }} where object_type = 'post'
)

select
    placed.root_post_id,
    placed.post_id,
    placed.parent_post_id,
    placed.depth,
    placed.is_parent_missing,
    placed.network,
    placed.account_id,
    placed.person_id,
    placed.created_at,
    placed.reported_reply_count,
    placed.is_question,
    placed.is_new_turn,
    tombstones.object_id is not null as is_root_erased
from placed
left join tombstones
    on placed.network = tombstones.network and placed.root_post_id = tombstones.object_id
