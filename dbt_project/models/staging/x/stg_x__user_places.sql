{{ config(
    materialized='incremental',
    unique_key=['network', 'account_id'],
    meta={'changes': 'stg_x__changed_accounts'},
) }}
-- Where an account says it is, in its own words: any text, a joke too.
with source as (
    select
        *,
        nullif(lower(trim({{ single_spaced('location') }})), '') as place,
        {{ observation_order() }} as _observation
    from {{ only_changed(source('raw', 'users'), ref('stg_x__changed_accounts')) }}
    where network = 'x' and account_id is not null and location <> ''
)

select
    network,
    account_id,
    {{ last_by('place', '_observation') }} as place
from source
where place is not null
group by network, account_id
