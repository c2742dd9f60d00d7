-- Posts that may have changed, and their versions, which have to be read again: versions that new loads
-- brought, versions in a chain of edits that may have changed, and versions that refer to one of these; and
-- the posts that these belong to, or belonged to.
with changed as (
    select * from {{ ref('stg_networks__changed_posts') }}
),

posts as {{ not_kept() }} (
    select * from {{ ref('stg_networks__posts') }}
),

versions as (
    select * from {{ ref('int_posts__versions') }}
),

versions_before as (
    select * from {{ ref('_changes__versions_before') }}
),

listed as (
    select
        posts.network,
        {{ each_of('posts.version_ids') }} as post_id
    from posts
    semi join changed on posts.network = changed.network and posts.post_id = changed.post_id
    where {{ list_length('posts.version_ids') }} > 1
),

chains as (
    select
        changed.network,
        coalesce(versions_before.post_id, changed.post_id) as post_id
    from changed
    left join versions_before
        on changed.network = versions_before.network and changed.post_id = versions_before.version_post_id
),

-- versions that were in one chain of edits with a changed version
chained as (
    select
        versions_before.network,
        versions_before.version_post_id as post_id
    from versions_before
    semi join chains on versions_before.network = chains.network and versions_before.post_id = chains.post_id
),

edited as (
    select * from listed
    union
    select * from chained
),

referring as (
    select
        posts.network,
        posts.post_id
    from posts
    semi join edited on posts.network = edited.network and posts.conversation_id = edited.post_id
    union
    select
        posts.network,
        posts.post_id
    from posts
    semi join edited on posts.network = edited.network and posts.replied_to_post_id = edited.post_id
    union
    select
        posts.network,
        posts.post_id
    from posts
    semi join edited on posts.network = edited.network and posts.quoted_post_id = edited.post_id
    union
    select
        posts.network,
        posts.post_id
    from posts
    semi join edited on posts.network = edited.network and posts.reposted_post_id = edited.post_id
),

again as (
    select
        network,
        post_id
    from changed
    union
    select * from edited
    union
    select * from referring
),

canonical as (
    select
        again.network,
        coalesce(versions.post_id, again.post_id) as canonical_post_id
    from again
    left join versions on again.network = versions.network and again.post_id = versions.version_post_id
    union
    select
        again.network,
        coalesce(versions_before.post_id, again.post_id) as canonical_post_id
    from again
    left join versions_before
        on again.network = versions_before.network and again.post_id = versions_before.version_post_id
)

select
    network,
    canonical_post_id as post_id
from canonical
union
select
    versions.network,
    versions.version_post_id as post_id
from versions
semi join canonical
    on versions.network = canonical.network and versions.post_id = canonical.canonical_post_id
{{ none_if_full() }}
