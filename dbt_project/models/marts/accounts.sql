{{ config(
    materialized='incremental',
    unique_key=['network', 'account_id'],
    meta={'changes': '_changes__accounts'},
) }}
with accounts as (
    select *
    from {{ only_changed(ref('int_accounts__known'), ref('_changes__accounts')) }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
)

select
    accounts.network,
    accounts.account_id,
    {{ person_of('people', 'accounts.network', 'accounts.account_id') }} as person_id,
    accounts.handle,
    accounts.display_name,
    accounts.description,
    accounts.verified_type,
    accounts.created_at,
    accounts.observed_at
from accounts
left join people on accounts.network = people.network and accounts.account_id = people.account_id
