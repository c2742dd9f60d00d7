-- Accounts that may belong to one person. Nothing is merged by this: people decide, in rapport.toml.
with accounts as (
    select * from {{ ref('accounts') }} where handle is not null
),

bots as (
    select * from {{ ref('people') }} where person_kind = 'bot'
),

-- the accounts that an account's description names
named as (
    select
        network,
        account_id,
        {{ each_of("regexp_extract_all(lower(description), '@([a-z0-9_]{1,15})', 1)") }} as named_handle
    from accounts
    where description like '%@%'
),

links as (
    select distinct
        named.network,
        named.account_id,
        others.network as other_network,
        others.account_id as other_account_id
    from named
    inner join accounts as others on named.named_handle = lower(others.handle)
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
        on lower(accounts.handle) = lower(others.handle) and accounts.network <> others.network
    union all
    -- if only one names the other, it is as often an employer; if both do, it is worth a look
    select
        links.network,
        links.account_id,
        links.other_network,
        links.other_account_id,
        'each names the other in its profile' as reason
    from links
    inner join links as back
        on links.network = back.other_network
            and links.account_id = back.other_account_id
            and links.other_network = back.network
            and links.other_account_id = back.account_id
),

-- each pair once, the older account first
pairs as (
    select
        network,
        account_id,
        other_network,
        other_account_id,
        {{ sorted_list('reason') }} as reasons
    from alike
    where
        (length(account_id), account_id, network)
        < (length(other_account_id), other_account_id, other_network)
    group by network, account_id, other_network, other_account_id
)

select
    pairs.network,
    pairs.account_id,
    accounts.handle,
    pairs.other_network,
    pairs.other_account_id,
    others.handle as other_handle,
    pairs.reasons
from pairs
inner join accounts on pairs.network = accounts.network and pairs.account_id = accounts.account_id
inner join accounts as others
    on pairs.other_network = others.network and pairs.other_account_id = others.account_id
anti join bots on accounts.person_id = bots.person_id
where accounts.person_id <> others.person_id
