-- Which post of ours drew a person into a conversation. Their first address there shows it: the post of ours
-- that it replies to, else the one that it quotes, else the one that the conversation began with. If there is
-- none of these, the person began it. So a conversation with a person counts for one post at most.
with addresses as (
    select * from {{ ref('int_relationships__addresses') }}
    where direction = 'in'
),

first_exchanges as (
    select * from {{ ref('int_relationships__first_exchanges') }}
),

real_conversations as (
    select * from {{ ref('int_relationships__real_conversations') }}
),

posts as (
    select * from {{ ref('int_posts__typed') }}
),

our_posts as (
    select * from {{ ref('int_content__posts') }}
),

conversation_posts as (
    select * from {{ ref('int_conversations__of_clients') }} where is_new_turn
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

first_addresses as (
    select *
    from addresses
    qualify row_number() over (
            partition by client_id, person_id, network, root_post_id
            order by occurred_at, {{ id_order('post_id') }}
        ) = 1
),

drawn as (
    select
        first_addresses.client_id,
        first_addresses.person_id,
        first_addresses.network,
        first_addresses.root_post_id,
        first_addresses.occurred_at as drawn_at,
        coalesce(answered.post_id, quoted.post_id, roots.post_id) as spark_post_id
    from first_addresses
    inner join posts
        on first_addresses.network = posts.network and first_addresses.post_id = posts.post_id
    left join our_posts as answered
        on first_addresses.client_id = answered.client_id
            and posts.network = answered.network
            and posts.parent_post_id = answered.post_id
    left join our_posts as quoted
        on first_addresses.client_id = quoted.client_id
            and posts.network = quoted.network
            and posts.quoted_post_id = quoted.post_id
    left join our_posts as roots
        on first_addresses.client_id = roots.client_id
            and first_addresses.network = roots.network
            and first_addresses.root_post_id = roots.post_id
    where coalesce(answered.post_id, quoted.post_id, roots.post_id) is not null
),

turns as (
    select
        drawn.client_id,
        drawn.person_id,
        drawn.network,
        drawn.root_post_id,
        count(*) as turn_count
    from drawn
    inner join horizons on drawn.client_id = horizons.client_id
    inner join conversation_posts
        on drawn.client_id = conversation_posts.client_id
            and drawn.network = conversation_posts.network
            and drawn.root_post_id = conversation_posts.root_post_id
            and drawn.person_id = conversation_posts.person_id
            and horizons.as_of_at > conversation_posts.created_at
    group by drawn.client_id, drawn.person_id, drawn.network, drawn.root_post_id
)

select
    drawn.client_id,
    drawn.person_id,
    drawn.network,
    drawn.root_post_id,
    drawn.spark_post_id,
    drawn.drawn_at,
    real_conversations.became_real_at,
    real_conversations.root_post_id is not null as is_real,
    coalesce({{ is_returner('turns.turn_count') }}, false) as is_returner,
    first_exchanges.root_post_id is not null as is_new_person
from drawn
left join real_conversations
    on drawn.client_id = real_conversations.client_id
        and drawn.person_id = real_conversations.person_id
        and drawn.network = real_conversations.network
        and drawn.root_post_id = real_conversations.root_post_id
left join turns
    on drawn.client_id = turns.client_id
        and drawn.person_id = turns.person_id
        and drawn.network = turns.network
        and drawn.root_post_id = turns.root_post_id
left join first_exchanges
    on drawn.client_id = first_exchanges.client_id
        and drawn.person_id = first_exchanges.person_id
        and drawn.network = first_exchanges.network
        and drawn.root_post_id = first_exchanges.root_post_id
