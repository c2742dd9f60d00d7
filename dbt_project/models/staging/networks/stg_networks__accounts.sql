{{ config(
    materialized='incremental',
    unique_key=['network', 'account_id'],
    meta={'changes': 'stg_networks__changed_accounts'},
) }}
with source as (
    select *
    from {{ only_changed(source('raw', 'users'), ref('stg_networks__changed_accounts')) }}
    where account_id is not null
),

renamed as (
    select
        network,
        account_id,
        username as handle,
        name as display_name,
        description,
        verified_type,
        -- the place that the profile names: any text, even a joke
        nullif(lower(trim({{ single_spaced('location') }})), '') as place,
        is_bot,
        created_at,
        observed_at,
        {{ observation_order() }} as _observation
    from source
)

select
    network,
    account_id,
    {{ last_by('handle', '_observation') }} as handle,
    {{ last_by('display_name', '_observation') }} as display_name,
    {{ last_by('description', '_observation') }} as description,
    {{ last_by('verified_type', '_observation') }} as verified_type,
    {{ last_by('place', '_observation') }} as place,
    {{ last_by('is_bot', '_observation') }} as is_bot,
    {{ last_by('created_at', '_observation') }} as created_at,
    max(observed_at) as observed_at
from renamed
group by network, account_id
