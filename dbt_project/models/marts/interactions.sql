{{ config(materialized='view') }}
-- No copy of them: it would be one of the largest tables.
with acts as (
    select * from {{ ref('int_interactions__acts') }}
),

messages as (
    select * from {{ ref('int_interactions__messages') }}
)

select
    interaction_id,
    network,
    kind,
    is_address,
    from_account_id,
    to_account_id,
    from_person_id,
    to_person_id,
    post_id,
    root_post_id,
    occurred_at,
    cast(null as string) as private_to_client_id
from acts
union all
select
    interaction_id,
    network,
    kind,
    is_address,
    from_account_id,
    to_account_id,
    from_person_id,
    to_person_id,
    post_id,
    root_post_id,
    occurred_at,
    private_to_client_id
from messages
