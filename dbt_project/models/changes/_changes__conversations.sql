-- Conversations in which something changed: those that posts left, those that posts are in now, and those of
-- direct messages.
with tree_posts as (
    select * from {{ ref('_changes__tree_posts') }}
),

changed as (
    select * from {{ ref('_changes__references') }}
),

placed as (
    select * from {{ ref('int_conversations__placed') }}
),

messages as (
    select * from {{ ref('int_interactions__messages') }}
),

again as (
    select
        network,
        post_id
    from tree_posts
    union
    select * from changed
)

select
    network,
    root_post_id_before as root_post_id
from tree_posts
where root_post_id_before is not null
union
select
    placed.network,
    placed.root_post_id
from placed
semi join again on placed.network = again.network and placed.post_id = again.post_id
union
select
    messages.network,
    messages.root_post_id
from messages
semi join changed on messages.network = changed.network and messages.post_id = changed.post_id
{{ none_if_full() }}
