{{ config(
    materialized='incremental',
    unique_key=['network', 'account_id'],
    meta={'changes': '_changes__accounts'},
) }}
-- Every account that was seen anywhere: with a profile, as an author, named in a post, or in a direct
-- message.
with users as (
    select *
    from {{ only_changed(ref('stg_networks__accounts'), ref('_changes__accounts')) }}
),

named as (
    select *
    from {{ only_changed(ref('stg_networks__named_accounts'), ref('_changes__accounts')) }}
),

-- members of a group conversation do not matter: its messages address nobody
parties as (
    select
        network,
        {{ each_of('participant_account_ids') }} as account_id
    from {{ ref('stg_networks__messages') }}
    where {{ list_length('participant_account_ids') }} = 2
),

messages as (
    select *
    from {{ only_changed('parties', ref('_changes__accounts')) }}
),

seen as (
    select
        network,
        account_id
    from users
    union
    select
        network,
        account_id
    from named
    union
    select
        network,
        account_id
    from messages
)

select
    seen.network,
    seen.account_id,
    coalesce(users.handle, named.handle) as handle,
    users.display_name,
    users.description,
    users.verified_type,
    users.links,
    users.verified_links,
    users.moved_to,
    users.is_bot,
    users.created_at,
    users.observed_at
from seen
left join users on seen.network = users.network and seen.account_id = users.account_id
left join named on seen.network = named.network and seen.account_id = named.account_id
where seen.account_id is not null
