-- The core in one script: posts, conversations, interactions, relationships, as somebody would write it who knows DuckDB
-- and needs no increments, no second network, no as-of dates, no checks and no documentation. peer_sql.py makes what it
-- reads: the view captured (one row a post) and the tables ours and bots. Ids are numbers here: these join fastest.
create temp table posts as
select
    post_id,
    author_id,
    conversation_id,
    created_at,
    parent_id,
    reply_to_id,
    quoted_id,
    -- whom the author named; in a reply the leading handles are inherited from the thread
    case
        when mentions is null then null
        when parent_id is null then list_transform(mentions, lambda one: one.id::bigint)
        else list_transform(
            list_filter(
                mentions, lambda one: one."start" >= length(regexp_extract(text, '^(?:\s*@[A-Za-z0-9_]+)*'))
            ),
            lambda one: one.id::bigint
        )
    end as typed_ids,
from captured
where not is_repost;

create temp table authors as select post_id, author_id from posts;

create temp table linked as
select posts.post_id, posts.conversation_id, posts.author_id, posts.parent_id, above.author_id as parent_author_id
from posts left join authors as above on posts.parent_id = above.post_id;

-- Steps from the top, a level at a time. A part whose parent is missing hangs from the root.
create temp table placed as
with recursive edges as materialized (
    select post_id, parent_id from linked where parent_author_id is not null
),
levels as (
    select post_id, case when post_id = conversation_id then 0 else 1 end as depth
    from linked where parent_author_id is null
    union all
    select edges.post_id, levels.depth + 1 as depth
    from levels inner join edges on levels.post_id = edges.parent_id
)
select linked.post_id, linked.conversation_id, linked.author_id, levels.depth,
    parent_author_id is distinct from author_id as is_turn
from linked inner join levels using (post_id);

-- Who turned to whom with which post, once for each addressee.
create temp table interactions as
with acts as (
    select post_id, conversation_id, created_at, author_id as sender_id, receiver_id
    from (
        select posts.*, coalesce(linked.parent_author_id, posts.reply_to_id) as receiver_id
        from posts inner join linked using (post_id)
        where posts.parent_id is not null
    )
    union all
    select posts.post_id, posts.conversation_id, posts.created_at, posts.author_id, quoted.author_id
    from posts inner join authors as quoted on posts.quoted_id = quoted.post_id
    union all
    select post_id, conversation_id, created_at, author_id, unnest(typed_ids)
    from posts where len(typed_ids) > 0
)
select distinct * from acts where receiver_id <> sender_id;

create temp table conversations as
with
measured as (
    select conversation_id, count(*) as post_count, count(distinct author_id) as participant_count,
        max(depth) as depth, count(*) filter (where is_turn) as turn_count
    from placed group by conversation_id
),
widths as (
    select conversation_id, max(level_post_count) as width
    from (select conversation_id, count(*) as level_post_count from placed group by conversation_id, depth)
    group by conversation_id
),
exchanges as (
    select conversation_id, count(*) as exchange_count
    from (
        select conversation_id, sender_id, lag(sender_id) over (
            partition by conversation_id, least(sender_id, receiver_id), greatest(sender_id, receiver_id)
            order by created_at, post_id
        ) as sender_before
        from interactions
    )
    where sender_before <> sender_id
    group by conversation_id
)
select measured.conversation_id as conversation, post_count, participant_count, depth, turn_count, width,
    coalesce(exchange_count, 0) as exchange_count
from measured inner join widths using (conversation_id) left join exchanges using (conversation_id);

-- What passed between us and each person.
create temp table relationships as
with ours_and_bots as (select * from ours union all select * from bots),
sided as (
    select distinct post_id, conversation_id, created_at, receiver_id as person_id, true as is_out
    from interactions semi join ours on sender_id = account_id
    union all
    select distinct post_id, conversation_id, created_at, sender_id, false
    from interactions semi join ours on receiver_id = account_id
),
ordered as (
    select *, coalesce(is_out <> lag(is_out) over (
        partition by person_id, conversation_id order by created_at, post_id
    ), false) as is_exchange
    from sided anti join ours_and_bots on person_id = account_id
),
talks as (
    select person_id, conversation_id, count(*) filter (where is_out) as address_out_count,
        count(*) filter (where not is_out) as address_in_count, count(*) filter (where is_exchange) as exchange_count,
        min(created_at) as first_contact_at, max(created_at) as last_contact_at
    from ordered group by person_id, conversation_id
)
select person_id as person, sum(address_in_count)::bigint as address_in_count,
    sum(address_out_count)::bigint as address_out_count, sum(exchange_count)::bigint as exchange_count,
    count(*) filter (where exchange_count >= 2) as real_conversation_count,
    min(first_contact_at) as first_contact_at, max(last_contact_at) as last_contact_at
from talks group by person_id;
