{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': '_changes__tree_posts'},
) }}
-- Every post that is not a repost, with its place in the tree it belongs to. A top is a post without a
-- captured parent. The recursion goes down from the tops, so it visits each post once and always ends. Posts
-- below a cycle have no top, so each cycle is cut at its first post, which then serves as the top. What is
-- known of the post goes along, so that nobody has to join it again: joins on ids are most of what a build
-- costs.
with recursive posts as {{ not_kept() }} (
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

from_tops as (
    select
        network,
        post_id,
        parent_account_id,
        post_id as top_post_id,
        claimed_root_post_id,
        0 as steps
    from linked
    where captured_parent_post_id is null
    union all
    select
        linked.network,
        linked.post_id,
        linked.parent_account_id,
        from_tops.top_post_id,
        from_tops.claimed_root_post_id,
        from_tops.steps + 1 as steps
    from from_tops
    inner join linked
        on from_tops.network = linked.network and from_tops.post_id = linked.captured_parent_post_id
),

on_cycles as (
    select linked.*
    from linked
    anti join from_tops on linked.network = from_tops.network and linked.post_id = from_tops.post_id
),

ancestors as (
    select
        network,
        post_id,
        captured_parent_post_id as ancestor_post_id
    from on_cycles
    union
    select
        ancestors.network,
        ancestors.post_id,
        on_cycles.captured_parent_post_id as ancestor_post_id
    from ancestors
    inner join on_cycles
        on ancestors.network = on_cycles.network and ancestors.ancestor_post_id = on_cycles.post_id
),

-- a post that is its own ancestor is part of a cycle; the cycle is cut at its first post
cycle_posts as (
    select
        network,
        post_id
    from ancestors
    where post_id = ancestor_post_id
),

cuts as (
    select
        ancestors.network,
        {{ first_by('ancestors.ancestor_post_id', id_order('ancestors.ancestor_post_id')) }} as post_id
    from ancestors
    inner join cycle_posts
        on ancestors.network = cycle_posts.network and ancestors.post_id = cycle_posts.post_id
    group by ancestors.network, ancestors.post_id
),

from_cuts as (
    select distinct
        on_cycles.network,
        on_cycles.post_id,
        on_cycles.parent_account_id,
        on_cycles.post_id as top_post_id,
        on_cycles.claimed_root_post_id,
        0 as steps
    from on_cycles
    inner join cuts on on_cycles.network = cuts.network and on_cycles.post_id = cuts.post_id
    union all
    select
        on_cycles.network,
        on_cycles.post_id,
        on_cycles.parent_account_id,
        from_cuts.top_post_id,
        from_cuts.claimed_root_post_id,
        from_cuts.steps + 1 as steps
    from from_cuts
    inner join on_cycles
        on from_cuts.network = on_cycles.network and from_cuts.post_id = on_cycles.captured_parent_post_id
    where on_cycles.post_id <> from_cuts.top_post_id
),

walked as (
    select * from from_tops
    union all
    select * from from_cuts
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
