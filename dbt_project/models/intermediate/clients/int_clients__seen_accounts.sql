-- Whom of those that a client's lists or the list of people name it has come across: in a profile, as an
-- author, or in an address.
-- Somebody whom only another client has seen is not known yet.
with stakeholders as (
    select * from {{ ref('stg_rapport__stakeholders') }}
),

outcomes as (
    select * from {{ ref('stg_rapport__outcomes') }}
),

owners as (
    select * from {{ ref('stg_rapport__owners') }}
),

tags as (
    select * from {{ ref('stg_rapport__tags') }}
),

notes as (
    select * from {{ ref('stg_rapport__notes') }}
),

accounts as (
    select * from {{ ref('int_accounts__known') }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
),

client_accounts as (
    select * from {{ ref('stg_rapport__client_accounts') }}
),

profiles as (
    select * from {{ ref('stg_networks__account_metrics') }}
),

posts as (
    select
        network,
        post_id,
        account_id
    from {{ ref('int_posts__typed') }}
),

acts as (
    select * from {{ ref('int_interactions__acts') }}
),

messages as (
    select * from {{ ref('int_interactions__messages') }}
),

client_posts as (
    select * from {{ ref('int_clients__posts') }}
),

listed as (
    select
        client_id,
        network,
        account_id,
        handle
    from stakeholders
    union
    select
        client_id,
        network,
        account_id,
        handle
    from outcomes
    union
    select
        client_id,
        network,
        account_id,
        handle
    from owners
    union
    select
        client_id,
        network,
        account_id,
        handle
    from tags
    union
    select
        client_id,
        network,
        account_id,
        handle
    from notes
    union
    select
        client_accounts.client_id,
        people.network,
        people.account_id,
        cast(null as string) as handle
    from people
    inner join client_accounts on people.network = client_accounts.network
),

candidates as (
    select distinct
        listed.client_id,
        accounts.network,
        accounts.account_id
    from listed
    inner join accounts
        on listed.network = accounts.network
            and case
                when listed.account_id is null then listed.handle = {{ lower_case('accounts.handle') }}
                else listed.account_id = accounts.account_id
            end
),

-- not made distinct: of all these rows few are about somebody whom a list names
in_posts as (
    select
        network,
        post_id,
        account_id
    from posts
    union all
    select
        network,
        post_id,
        from_account_id as account_id
    from acts
    union all
    select
        network,
        post_id,
        to_account_id as account_id
    from acts
),

seen as (
    select
        candidates.client_id,
        candidates.network,
        candidates.account_id
    from candidates
    semi join profiles
        on candidates.network = profiles.network
            and candidates.account_id = profiles.account_id
            and profiles.owner_client_id in (candidates.client_id, '')
    union
    select
        candidates.client_id,
        candidates.network,
        candidates.account_id
    from candidates
    inner join in_posts
        on candidates.network = in_posts.network and candidates.account_id = in_posts.account_id
    semi join client_posts
        on candidates.client_id = client_posts.client_id
            and in_posts.network = client_posts.network
            and in_posts.post_id = client_posts.post_id
    union
    select
        candidates.client_id,
        candidates.network,
        candidates.account_id
    from candidates
    inner join messages
        on candidates.client_id = messages.private_to_client_id
            and candidates.network = messages.network
            and candidates.account_id in (messages.from_account_id, messages.to_account_id)
)

select
    seen.client_id,
    seen.network,
    seen.account_id,
    {{ person_of('people', 'seen.network', 'seen.account_id') }} as person_id
from seen
left join people on seen.network = people.network and seen.account_id = people.account_id
