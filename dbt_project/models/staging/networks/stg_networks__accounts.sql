{{ config(
    materialized='incremental',
    unique_key=['network', 'account_id'],
    meta={'changes': 'stg_networks__changed_accounts'},
) }}
-- The newest that a profile says. What a server shows that is neither the account's own nor one of a client's
-- is hearsay: it counts only of accounts that nobody else has shown.
with source as {{ not_kept() }} (
    select *
    from {{ only_changed(source('raw', 'users'), ref('stg_networks__changed_accounts')) }}
    where account_id is not null
),

hearsay as (
    select distinct
        source.network,
        source.account_id,
        source.page_key
    from source
    inner join {{ ref('stg_networks__page_servers') }} as servers on source.page_key = servers.page_key
    where
        not servers.is_of_client
        and servers.server <> {{ lower_case("regexp_extract(source.account_id, '@([^@]+)$', 1)") }}
),

better as (
    select distinct
        source.network,
        source.account_id
    from source
    semi join hearsay on source.network = hearsay.network and source.account_id = hearsay.account_id
    anti join hearsay as same
        on
            source.network = same.network
            and source.account_id = same.account_id
            and source.page_key = same.page_key
),

overruled as (
    select hearsay.*
    from hearsay
    semi join better on hearsay.network = better.network and hearsay.account_id = better.account_id
),

weighed as (
    select source.*
    from source
    anti join overruled
        on
            source.network = overruled.network
            and source.account_id = overruled.account_id
            and source.page_key = overruled.page_key
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
        nullif(trim({{ lower_case(without_matches('location', '[\\t\\n\\f\\r ]+')) }}), '') as place,
        is_bot,
        created_at,
        observed_at,
        {{ observation_order() }} as _observation
    from weighed
),

newest as (
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
),

-- what the network's own object says besides; those of other networks are not looked into
told as (
    select
        network,
        account_id,
        {{ profile_links('payload') }} as links,
        {{ profile_links('payload', true) }} as verified_links,
        {{ moved_to('payload') }} as moved_to,
        {{ observation_order() }} as _observation
    from weighed
    where {{ is_network_that('verifies_links', 'network') }}
),

linked as (
    select
        network,
        account_id,
        {{ last_by('links', '_observation') }} as links,
        {{ last_by('verified_links', '_observation') }} as verified_links,
        {{ last_by('moved_to', '_observation') }} as moved_to
    from told
    group by network, account_id
)

select
    newest.network,
    newest.account_id,
    newest.handle,
    newest.display_name,
    newest.description,
    newest.verified_type,
    newest.place,
    newest.is_bot,
    linked.links,
    linked.verified_links,
    {{ lower_case('linked.moved_to') }} as moved_to,
    newest.created_at,
    newest.observed_at
from newest
left join linked on newest.network = linked.network and newest.account_id = linked.account_id
