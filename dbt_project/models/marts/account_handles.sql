{{ config(
    materialized='incremental',
    unique_key=['network', 'account_id'],
    meta={'changes': 'stg_networks__changed_accounts'},
) }}
with spells as (
    select *
    from {{ only_changed(ref('stg_networks__account_handles'), ref('stg_networks__changed_accounts')) }}
)

select
    network,
    account_id,
    spell_number,
    handle,
    first_seen_at,
    last_seen_at,
    spell_number = max(spell_number) over (partition by network, account_id) as is_current
from spells
