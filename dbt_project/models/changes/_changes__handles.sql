{{ config(materialized='ephemeral') }}
-- Handles that may belong to another account now: those that a changed account had, and those it has.
with changed as (
    select * from {{ ref('_changes__accounts') }}
),

accounts as (
    select * from {{ ref('int_accounts__known') }}
)

select
    network,
    handle_before as handle
from changed
where handle_before is not null
union
select
    accounts.network,
    {{ lower_case('accounts.handle') }} as handle
from accounts
semi join changed on accounts.network = changed.network and accounts.account_id = changed.account_id
where accounts.handle is not null
{{ none_if_full() }}
