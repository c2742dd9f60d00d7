{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': '_changes__references'},
) }}
with acts as (
    select *
    from {{ only_changed(ref('int_interactions__acts'), ref('_changes__references')) }}
),

messages as (
    select *
    from {{ only_changed(ref('int_interactions__messages'), ref('_changes__references')) }}
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
