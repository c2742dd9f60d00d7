-- Accounts whose profile new loads brought, and accounts that a post of new loads names.
with users as (
    select * from {{ source('raw', 'users') }} where account_id is not null
),

posts as (
    select * from {{ source('raw', 'posts') }}
),

new_loads as (
    select * from {{ ref('stg_rapport__new_loads') }}
),

new_posts as (
    select posts.*
    from posts
    semi join new_loads on posts.load_id = new_loads.load_id
),

mentions as (
    select
        network,
        {{ each_of('coalesce(note_mentions, mentions)') }} as mention
    from new_posts
),

accounts as (
    select
        users.network,
        users.account_id
    from users
    semi join new_loads on users.load_id = new_loads.load_id
    union
    select
        network,
        author_id as account_id
    from new_posts
    union
    select
        network,
        in_reply_to_user_id as account_id
    from new_posts
    union
    select
        network,
        mention.id as account_id
    from mentions
)

select
    network,
    account_id
from accounts
where account_id is not null
{{ none_if_full() }}
