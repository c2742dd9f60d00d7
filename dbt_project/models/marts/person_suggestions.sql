{#- sqlfluff reads this without dbt, where no network is declared -#}
{%- set networks = var('networks') if var('networks') is mapping else {} -%}
{%- set bridges = [] if var('bridges') is string else var('bridges') -%}
-- Accounts that may belong to one person, with the evidence. Nothing is merged by this: people decide, in
-- rapport.toml.
with accounts as (
    select * from {{ ref('accounts') }} where handle is not null
),

profiles as (
    select * from {{ ref('int_accounts__known') }}
),

bots as (
    select * from {{ ref('people') }} where person_kind = 'bot'
),

-- what others call an account: its handle behind an @, and the addresses where it is found
called as (
    select
        network,
        account_id,
        '@' || {{ lower_case('handle') }} as name
    from accounts
    {%- for name, network in networks.items() %}
        {%- for address in network.profile_addresses %}
            union
            select
                network,
                account_id,
                {{ filled(address, 'handle', 'account_id') }} as name
            from accounts
            where network = '{{ name }}'
        {%- endfor %}
    {%- endfor %}
),

-- the handles that an account's description names
mentioned as (
    select
        network,
        account_id,
        -- without name@host, and the addresses of mailboxes
        {{ each_of(
            "regexp_extract_all("
            ~ without_matches(lower_case('description'), '@?[a-z0-9_.-]+@[a-z0-9.-]+[.][a-z]+')
            ~ ", '(@[a-z0-9_]{1,15})', 1)"
        ) }} as name
    from accounts
    where description like '%@%'
    union
    -- a domain, or name@host; not what stands behind the @ of a mailbox
    select
        network,
        account_id,
        {{ each_of(
            "regexp_extract_all(" ~ lower_case('description') ~ ", "
            ~ "'(?:^|[^a-z0-9_.-])(@[a-z0-9_]+([.-][a-z0-9_]+)*(@[a-z0-9]+)?([.-][a-z0-9]+)*)', 1)"
        ) }} as name
    from accounts
    where description like '%@%'
),

-- the addresses that it names, or that its profile leads to
links as (
    select
        network,
        account_id,
        {{ each_of(addresses_in('description')) }} as link,
        false as is_verified
    from accounts
    where description like '%/%'
    union all
    select
        network,
        account_id,
        {{ each_of('links') }} as link,
        false as is_verified
    from profiles
    where links is not null
    union all
    select
        network,
        account_id,
        {{ each_of('verified_links') }} as link,
        true as is_verified
    from profiles
    where verified_links is not null
),

linked as (
    select
        network,
        account_id,
        is_verified,
        -- without https://, www. and what follows ? or #, to the last letter or digit
        regexp_extract({{ lower_case('link') }}, '^(?:https?://)?(?:www[.])?([^?#]*[a-z0-9_])', 1) as name
    from links
),

named as (
    select
        network,
        account_id,
        name
    from mentioned
    union
    select
        network,
        account_id,
        name
    from linked
),

leads as (
    select distinct
        named.network,
        named.account_id,
        called.network as other_network,
        called.account_id as other_account_id
    from named
    inner join called on named.name = called.name
),

alike as (
    select
        accounts.network,
        accounts.account_id,
        others.network as other_network,
        others.account_id as other_account_id,
        'same handle on another network' as reason
    from accounts
    inner join accounts as others
        on {{ lower_case('accounts.handle') }} = {{ lower_case('others.handle') }}
            and accounts.network <> others.network
    union
    -- if only one names the other, it is as often an employer; if both do, it is worth a look
    select
        leads.network,
        leads.account_id,
        leads.other_network,
        leads.other_account_id,
        'each names the other in its profile' as reason
    from leads
    inner join leads as back
        on leads.network = back.other_network
            and leads.account_id = back.other_account_id
            and leads.other_network = back.network
            and leads.other_account_id = back.account_id
    union
    -- verified: the network has seen that the page there leads back
    select
        linked.network,
        linked.account_id,
        called.network as other_network,
        called.account_id as other_account_id,
        'one has a verified link to the other' as reason
    from linked
    inner join called on linked.name = called.name
    where linked.is_verified
    union
    select
        profiles.network,
        profiles.account_id,
        moved.network as other_network,
        moved.account_id as other_account_id,
        'one says that it has moved to the other' as reason
    from profiles
    inner join accounts as moved
        on profiles.network = moved.network and profiles.moved_to = {{ lower_case('moved.handle') }}
    {%- for bridge in bridges %}
        union
        select
            copies.network,
            copies.account_id,
            sources.network as other_network,
            sources.account_id as other_account_id,
            'one is the copy that a bridge makes of the other' as reason
        from accounts as copies
        inner join accounts as sources
            on sources.network = '{{ bridge.source }}'
                and {{ lower_case('copies.handle') }}
                = {{ filled(bridge.handle, "replace(sources.handle, '_', '-')", "''") }}
        where copies.network = '{{ bridge.network }}'
    {%- endfor %}
),

-- each pair once, the older account first
pairs as (
    select
        network,
        account_id,
        other_network,
        other_account_id,
        reason
    from alike
    where
        (length(account_id), account_id, network)
        < (length(other_account_id), other_account_id, other_network)
    union
    select
        other_network as network,
        other_account_id as account_id,
        network as other_network,
        account_id as other_account_id,
        reason
    from alike
    where
        (length(other_account_id), other_account_id, other_network)
        < (length(account_id), account_id, network)
),

-- One of the two accounts is looked up before the grouping, which an engine's planner can't move: of three
-- tables joined at once it may first pair all accounts with all others, whose people differ.
suggested as (
    select
        pairs.network,
        pairs.account_id,
        accounts.handle,
        accounts.person_id,
        pairs.other_network,
        pairs.other_account_id,
        {{ sorted_list('pairs.reason') }} as reasons
    from pairs
    inner join accounts on pairs.network = accounts.network and pairs.account_id = accounts.account_id
    group by
        pairs.network, pairs.account_id, accounts.handle, accounts.person_id, pairs.other_network,
        pairs.other_account_id
)

select
    suggested.network,
    suggested.account_id,
    suggested.handle,
    suggested.other_network,
    suggested.other_account_id,
    others.handle as other_handle,
    suggested.reasons
from suggested
inner join accounts as others
    on suggested.other_network = others.network and suggested.other_account_id = others.account_id
anti join bots on suggested.person_id = bots.person_id
where suggested.person_id <> others.person_id
