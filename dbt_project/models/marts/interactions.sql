with acts as (
    select * from {{ ref('int_interactions__acts') }}
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
    occurred_at
from acts
