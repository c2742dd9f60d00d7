with conversation_posts as (
    select * from {{ ref('conversation_posts') }}
),

interactions as (
    select * from {{ ref('interactions') }} where is_address
),

trees as (
    select
        network,
        root_post_id,
        count(*) as post_count,
        count(distinct account_id) as participant_count,
        max(depth) as depth,
        count(*) filter (is_new_turn) as turn_count,
        count(*) filter (post_id = root_post_id) = 0 as is_root_missing,
        count(*) filter (is_parent_missing) as missing_parent_count,
        min(created_at) as opened_at,
        max(created_at) as last_active_at,
        count(*) filter (parent_post_id is not null and not is_parent_missing) as captured_reply_count,
        sum(reported_reply_count) as reported_reply_count
    from conversation_posts
    group by network, root_post_id
),

widths as (
    select
        network,
        root_post_id,
        max(level_post_count) as width
    from (
        select
            network,
            root_post_id,
            count(*) as level_post_count
        from conversation_posts
        group by network, root_post_id, depth
    )
    group by network, root_post_id
),

-- between any two people: how often the direction changed
directions as (
    select
        network,
        root_post_id,
        from_person_id,
        lag(from_person_id) over (
            partition by
                network, root_post_id,
                least(from_person_id, to_person_id), greatest(from_person_id, to_person_id)
            order by occurred_at, {{ id_order('post_id') }}
        ) as previous_person_id
    from interactions
),

exchanges as (
    select
        network,
        root_post_id,
        count(*) as exchange_count
    from directions
    where previous_person_id <> from_person_id
    group by network, root_post_id
)

select
    trees.root_post_id,
    trees.network,
    trees.post_count,
    trees.participant_count,
    trees.depth,
    widths.width,
    trees.turn_count,
    coalesce(exchanges.exchange_count, 0) as exchange_count,
    trees.is_root_missing,
    trees.missing_parent_count,
    trees.opened_at,
    trees.last_active_at,
    trees.captured_reply_count,
    trees.reported_reply_count,
    case
        when trees.reported_reply_count is null then null
        when trees.reported_reply_count <= trees.captured_reply_count then 1.0
        else trees.captured_reply_count / trees.reported_reply_count
    end as completeness
from trees
inner join widths on trees.network = widths.network and trees.root_post_id = widths.root_post_id
left join exchanges on trees.network = exchanges.network and trees.root_post_id = exchanges.root_post_id
