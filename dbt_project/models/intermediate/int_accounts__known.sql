-- Every account seen anywhere: with a profile, as an author, only named by someone, or party to a
-- direct message.
with users as (
    select * from {{ ref('stg_x__users') }}
),

posts as (
    select * from {{ ref('int_posts__typed') }}
),

-- of a group that somebody wrote to, who else is in it matters to nothing here
messages as (
    select
        network,
        unnest(participant_account_ids) as account_id
    from {{ ref('stg_x__messages') }}
    where len(participant_account_ids) = 2
),

named as (
    select
        network,
        unnest(mentions).id as account_id,
        unnest(mentions).username as handle
    from posts
    where len(mentions) > 0
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
    from posts
    union
    select
        network,
        in_reply_to_account_id
    from posts
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
),

handles_in_text as (
    select
        network,
        account_id,
        max(handle) as handle
    from named
    where account_id is not null
    group by network, account_id
)

select
    seen.network,
    seen.account_id,
    coalesce(users.handle, handles_in_text.handle) as handle,
    users.display_name,
    users.description,
    users.verified_type,
    users.created_at,
    users.observed_at
from seen
left join users on seen.network = users.network and seen.account_id = users.account_id
left join handles_in_text
    on seen.network = handles_in_text.network and seen.account_id = handles_in_text.account_id
where seen.account_id is not null
