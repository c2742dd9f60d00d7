{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': '_changes__tree_posts'},
) }}
-- Every post that is not a repost, with its place in the tree it belongs to. A top is a post without a
-- captured parent. Posts below a cycle have no top, so each cycle is cut at its first post, which then serves
-- as the top (macros/engine/trees.sql). What is known of the post goes along, so that nobody has to join it
-- again: joins on ids are most of what a build costs.
with posts as {{ not_kept() }} (
    select *
    from {{ only_changed(ref('int_posts__typed'), ref('_changes__tree_posts')) }}
    where kind <> 'repost'
),

-- whoever is answered; an answer to a repost is no part of its tree
answered as {{ not_kept() }} (
    select
        network,
        post_id,
        account_id,
        kind
    from {{ ref('int_posts__typed') }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
),

-- The network says which conversation a top belongs to. Where it does not, the missing parent is taken as the
-- root.
linked as (
    select
        posts.network,
        posts.post_id,
        posts.parent_post_id,
        case when parents.kind <> 'repost' then parents.post_id end as captured_parent_post_id,
        parents.account_id as parent_account_id,
        coalesce(posts.conversation_id, posts.parent_post_id, posts.post_id) as claimed_root_post_id
    from posts
    left join answered as parents
        on posts.network = parents.network and posts.parent_post_id = parents.post_id
),

walked as (
    {{ below_tops(
        'linked', 'captured_parent_post_id', ['network'],
        own=['parent_account_id'], of_top=['claimed_root_post_id'], has_cycles=true
    ) }}
),

-- A claimed root may be a captured post inside another tree, which in a daily build may be one without
-- changes.
standing_trees as (
    select
        network,
        post_id,
        top_post_id,
        claimed_root_post_id
    from walked
    {% if is_incremental() %}
        union all
        select
            standing.network,
            standing.post_id,
            standing.top_post_id,
            standing.claimed_root_post_id
        from {{ this }} as standing
        anti join {{ ref('_changes__tree_posts') }} as changes
            on standing.network = changes.network and standing.post_id = changes.post_id
    {% endif %}
),

grafted_tops as (
    select
        tops.network,
        tops.top_post_id,
        standing_trees.claimed_root_post_id as root_post_id
    from walked as tops
    inner join standing_trees
        on tops.network = standing_trees.network
            and tops.claimed_root_post_id = standing_trees.post_id
            and tops.top_post_id <> standing_trees.top_post_id
    where tops.post_id = tops.top_post_id and tops.claimed_root_post_id <> tops.top_post_id
),

rooted as (
    select
        walked.*,
        coalesce(grafted_tops.root_post_id, walked.claimed_root_post_id) as root_post_id
    from walked
    left join grafted_tops
        on walked.network = grafted_tops.network and walked.top_post_id = grafted_tops.top_post_id
),

by_people as (
    select
        rooted.*,
        posts.kind,
        posts.parent_post_id,
        posts.quoted_post_id,
        posts.account_id,
        posts.in_reply_to_account_id,
        posts.typed_mentions,
        posts.created_at,
        posts.reply_count,
        posts.is_question,
        posts.is_edited,
        posts.latest_version_id,
        posts.first_observed_at,
        posts.last_observed_at,
        {{ person_of('people', 'posts.network', 'posts.account_id') }} as person_id,
        {{ person_of('their_people', 'rooted.network', 'rooted.parent_account_id') }} as parent_person_id
    from rooted
    inner join posts on rooted.network = posts.network and rooted.post_id = posts.post_id
    left join people on posts.network = people.network and posts.account_id = people.account_id
    left join people as their_people
        on rooted.network = their_people.network and rooted.parent_account_id = their_people.account_id
)

select
    network,
    root_post_id,
    post_id,
    parent_post_id,
    parent_post_id is not null and steps = 0 as is_parent_missing,
    -- if the top is not the root, at least one step lies between them: the depth is a lower bound
    steps + case when root_post_id = top_post_id then 0 else 1 end as depth,
    account_id,
    person_id,
    kind,
    quoted_post_id,
    parent_account_id,
    in_reply_to_account_id,
    typed_mentions,
    created_at,
    reply_count as reported_reply_count,
    is_question,
    -- a reply to one's own post continues the turn: a thread by one person is no dialogue
    steps = 0 or coalesce(parent_person_id <> person_id, true) as is_new_turn,
    is_edited,
    latest_version_id,
    first_observed_at,
    last_observed_at,
    top_post_id,
    claimed_root_post_id
from by_people
