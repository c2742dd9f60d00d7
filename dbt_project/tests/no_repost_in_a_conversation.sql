select
    conversation_posts.network,
    conversation_posts.post_id
from {{ ref('conversation_posts') }} as conversation_posts
inner join {{ ref('posts') }} as posts
    on conversation_posts.network = posts.network and conversation_posts.post_id = posts.post_id
where posts.kind = 'repost'
