-- Posts and messages whose row in posts or interactions may change: they changed themselves; they refer to a
-- post that changed; they moved to another conversation; they name a handle that may belong to another
-- account; somebody who liked or reposted them changed; or they are from or to somebody who has been found to
-- be a bridge's copy or a bot, or is none any more.
with changed as (
    select * from {{ ref('_changes__posts') }}
),

posts as {{ not_kept() }} (
    select * from {{ ref('int_posts__typed') }}
),

posts_before as (
    select * from {{ before('marts', 'posts', ['network', 'post_id', 'reposted_post_id']) }}
),

tree_posts as (
    select * from {{ ref('_changes__tree_posts') }}
),

placed as (
    select * from {{ ref('int_conversations__placed') }}
),

accounts as (
    select * from {{ ref('_changes__accounts') }}
),

nods as (
    select * from {{ ref('int_interactions__nods') }}
),

messages as (
    select * from {{ ref('stg_networks__changed_messages') }}
),

names as (
    select
        network,
        post_id,
        {{ each_of('typed_mentions') }} as mention
    from posts
    where typed_mentions is not null
),

handles as (
    select * from {{ ref('_changes__handles') }}
),

known as (
    select * from {{ ref('int_accounts__known') }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
),

-- who is somebody to a client no longer, or only now
turned as (
    select {{ person_of('people', 'accounts.network', 'accounts.account_id') }} as person_id
    from accounts
    inner join known on accounts.network = known.network and accounts.account_id = known.account_id
    left join people on accounts.network = people.network and accounts.account_id = people.account_id
    where
        coalesce({{ copied_from('accounts.network', 'accounts.handle_before') }}, '')
        <> coalesce({{ copied_from('known.network', 'known.handle') }}, '')
        or coalesce(accounts.was_bot, false) <> coalesce(known.is_bot, false)
),

acts_before as (
    select *
    from {{ before('intermediate', 'int_interactions__acts',
        ['network', 'post_id', 'from_person_id', 'to_person_id']) }}
    union all
    select
        network,
        post_id,
        from_person_id,
        to_person_id
    from {{ ref('int_interactions__messages') }}
),

referring as (
    select
        posts.network,
        posts.post_id
    from posts
    semi join changed on posts.network = changed.network and posts.parent_post_id = changed.post_id
    union
    select
        posts.network,
        posts.post_id
    from posts
    semi join changed on posts.network = changed.network and posts.quoted_post_id = changed.post_id
    union
    select
        posts.network,
        posts.post_id
    from posts
    semi join changed on posts.network = changed.network and posts.reposted_post_id = changed.post_id
),

moved as (
    select
        tree_posts.network,
        tree_posts.post_id
    from tree_posts
    left join placed
        on tree_posts.network = placed.network and tree_posts.post_id = placed.post_id
    where coalesce(tree_posts.root_post_id_before, '') <> coalesce(placed.root_post_id, '')
),

-- a captured repost replaces the same account's entry on the network's list of reposters
reposted as (
    select
        posts.network,
        posts.reposted_post_id as post_id
    from posts
    semi join changed on posts.network = changed.network and posts.post_id = changed.post_id
    union
    select
        posts_before.network,
        posts_before.reposted_post_id as post_id
    from posts_before
    semi join changed on posts_before.network = changed.network and posts_before.post_id = changed.post_id
),

-- whom a handle means depends on who has it, unless the network says which account it is
named as (
    select
        names.network,
        names.post_id
    from names
    semi join handles
        on names.network = handles.network
            and {{ lower_case('names.mention.username') }} = handles.handle
    where names.mention.id is null
    union
    select
        posts.network,
        posts.post_id
    from posts
    semi join handles on posts.network = handles.network and posts.reposted_handle = handles.handle
),

again as (
    select * from changed
    union
    select * from referring
    union
    select * from moved
    union
    select * from reposted
    where post_id is not null
    union
    select * from named
    union
    select
        nods.network,
        nods.post_id
    from nods
    semi join accounts on nods.network = accounts.network and nods.from_account_id = accounts.account_id
    union
    select
        acts_before.network,
        acts_before.post_id
    from acts_before
    semi join turned on acts_before.from_person_id = turned.person_id
    union
    select
        acts_before.network,
        acts_before.post_id
    from acts_before
    semi join turned on acts_before.to_person_id = turned.person_id
    union
    select
        network,
        'dm:' || message_id as post_id
    from messages
)

select
    network,
    post_id
from again
{{ none_if_full() }}
