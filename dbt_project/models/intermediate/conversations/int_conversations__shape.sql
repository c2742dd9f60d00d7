{{ config(materialized='ephemeral', unique_key=['network', 'root_post_id']) }}
-- The shape of each tree: how far its posts are from each other, and how deep it goes with many posts at each
-- level. A post whose parent is missing counts as a child of the root. A root that was not captured counts as
-- a step between its parts, but not as a post.
with placed as (
    select
        network,
        root_post_id,
        post_id,
        depth,
        case when not is_parent_missing then parent_post_id end as captured_parent_post_id
    from {{ only_changed(ref('int_conversations__placed'), ref('_changes__conversations')) }}
),

descendants as (
    {{ descendants('placed', 'captured_parent_post_id', ['network']) }}
),

subtrees as (
    select
        placed.network,
        placed.root_post_id,
        placed.depth,
        coalesce(descendants.descendant_count, 0) + 1 as subtree_post_count
    from placed
    left join descendants on placed.network = descendants.network and placed.post_id = descendants.post_id
),

sizes as (
    select
        network,
        root_post_id,
        count(*) as post_count
    from placed
    group by network, root_post_id
),

-- Each edge is part of the way from every post below it to every post that is not below it (Wiener index).
-- Structural virality: Goel, Anderson, Hofman and Watts, Management Science 62 (2016), 180-196.
distances as (
    select
        subtrees.network,
        subtrees.root_post_id,
        sum(subtrees.subtree_post_count * (sizes.post_count - subtrees.subtree_post_count)) filter (
            where subtrees.depth > 0
        ) as distance_sum,
        max(sizes.post_count) as post_count
    from subtrees
    inner join sizes on subtrees.network = sizes.network and subtrees.root_post_id = sizes.root_post_id
    group by subtrees.network, subtrees.root_post_id
),

levels as (
    select
        network,
        root_post_id,
        depth,
        count(*) as level_post_count
    from placed
    group by network, root_post_id, depth
),

-- h+1 is the first level i with fewer than i posts: Gómez, Kaltenbrunner and López, WWW 2008, 645-654.
full_levels as (
    select
        network,
        root_post_id,
        depth,
        row_number() over (partition by network, root_post_id order by depth) as place
    from levels
    where depth >= 1 and level_post_count >= depth
),

h_indexes as (
    select
        network,
        root_post_id,
        max(depth) as h_index
    from full_levels
    where depth = place
    group by network, root_post_id
),

widths as (
    select
        network,
        root_post_id,
        max(level_post_count) as width
    from levels
    group by network, root_post_id
)

select
    distances.network,
    distances.root_post_id,
    widths.width,
    coalesce(h_indexes.h_index, 0) as h_index,
    case
        when distances.post_count > 1
            then 2e0 * distances.distance_sum / (distances.post_count * (distances.post_count - 1))
    end as structural_virality
from distances
inner join widths on distances.network = widths.network and distances.root_post_id = widths.root_post_id
left join h_indexes
    on distances.network = h_indexes.network and distances.root_post_id = h_indexes.root_post_id
