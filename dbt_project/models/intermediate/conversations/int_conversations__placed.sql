{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': '_changes__tree_posts'},
) }}
-- Every post that is not a repost, with its place in the tree it belongs to. A top is a post without a
-- captured parent. The recursion goes down from the tops, so it visits each post once and always ends. Posts
-- below a cycle have no top, so each cycle is cut at its first post, which then serves as the top.
with recursive posts as {{ not_kept() }} (
    select *
    from {{ only_changed(ref('int_posts__typed'), ref('_changes__tree_posts')) }}
    where kind <> 'repost'
),

linked as (
    select
        posts.network,
        posts.post_id,
        posts.kind,
        posts.conversation_id,
        posts.parent_post_id,
        parents.post_id as captured_parent_post_id
    from posts
    left join posts as parents
        on posts.network = parents.network and posts.parent_post_id = parents.post_id
),

from_tops as (
    select
        network,
        post_id,
        post_id as top_post_id,
        0 as steps
    from linked
    where captured_parent_post_id is null
    union all
    select
        linked.network,
        linked.post_id,
        from_tops.top_post_id,
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
        network,
        post_id,
        post_id as top_post_id,
        0 as steps
    from cuts
    union all
    select
        linked.network,
        linked.post_id,
        from_cuts.top_post_id,
        from_cuts.steps + 1 as steps
    from from_cuts
    inner join linked
        on from_cuts.network = linked.network and from_cuts.post_id = linked.captured_parent_post_id
    where linked.post_id <> from_cuts.top_post_id
),

walked as (
    select * from from_tops
    union all
    select * from from_cuts
),

-- The network says which conversation a top belongs to. Where it does not, the missing parent is taken as the
-- root.
tops as (
    select
        network,
        post_id as top_post_id,
        coalesce(conversation_id, parent_post_id, post_id) as claimed_root_post_id
    from linked
),

claims as (
    select
        walked.network,
        walked.post_id,
        walked.top_post_id,
        walked.steps,
        tops.claimed_root_post_id
    from walked
    inner join tops on walked.network = tops.network and walked.top_post_id = tops.top_post_id
),

-- That root may be a captured post inside another tree, which in a daily build may be one without changes.
others as (
    select
        network,
        post_id,
        top_post_id,
        claimed_root_post_id
    from claims
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

rooted as (
    select
        claims.*,
        coalesce(others.claimed_root_post_id, claims.claimed_root_post_id) as root_post_id
    from claims
    left join others
        on claims.network = others.network
            and claims.claimed_root_post_id = others.post_id
            and claims.top_post_id <> others.top_post_id
)

select
    rooted.network,
    rooted.root_post_id,
    rooted.post_id,
    linked.parent_post_id,
    linked.parent_post_id is not null
    and (linked.captured_parent_post_id is null or rooted.steps = 0) as is_parent_missing,
    -- if the top is not the root, at least one step lies between them: the depth is a lower bound
    rooted.steps + case when rooted.root_post_id = rooted.top_post_id then 0 else 1 end as depth,
    rooted.top_post_id,
    rooted.claimed_root_post_id
from rooted
inner join linked on rooted.network = linked.network and rooted.post_id = linked.post_id
