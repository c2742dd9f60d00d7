{{ config(
    materialized='incremental',
    unique_key=['network', 'account_id'],
    meta={'changes': 'stg_networks__changed_accounts'},
) }}
-- The spells of an account's handles. If a handle comes back, a new spell begins, as somebody else may have
-- had it in between. Capitals do not matter.
with source as (
    select *
    from {{ only_changed(source('raw', 'users'), ref('stg_networks__changed_accounts')) }}
    where account_id is not null and username is not null
),

renamed as (
    select
        network,
        account_id,
        username as handle,
        observed_at,
        {{ observation_order() }} as _observation
    from source
),

-- most accounts keep their handle; only the others have spells to number
steady as (
    select
        network,
        account_id,
        1 as spell_number,
        {{ last_by('handle', '_observation') }} as handle,
        min(observed_at) as first_seen_at,
        max(observed_at) as last_seen_at
    from renamed
    group by network, account_id
    having min({{ lower_case('handle') }}) = max({{ lower_case('handle') }})
),

unsteady as (
    select renamed.*
    from renamed
    anti join steady on renamed.network = steady.network and renamed.account_id = steady.account_id
),

compared as (
    select
        *,
        lag({{ lower_case('handle') }}) over (
            partition by network, account_id
            order by _observation
        ) as handle_before
    from unsteady
),

numbered as (
    select
        *,
        count(
            case when handle_before is null or handle_before <> {{ lower_case('handle') }} then 1 end
        ) over (
            partition by network, account_id
            order by _observation
            rows unbounded preceding
        ) as spell_number
    from compared
)

select * from steady
union all
select
    network,
    account_id,
    spell_number,
    {{ last_by('handle', '_observation') }} as handle,
    min(observed_at) as first_seen_at,
    max(observed_at) as last_seen_at
from numbered
group by network, account_id, spell_number
