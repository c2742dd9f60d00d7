-- Posts about the client's topics, in the conversations that concern it.
with topic_posts as (
    select * from {{ ref('int_topics__posts') }}
),

conversation_posts as (
    select * from {{ ref('int_conversations__of_clients') }}
),

posts as (
    select * from {{ ref('posts') }}
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }} where is_ours
),

addresses as (
    select * from {{ ref('int_relationships__addresses') }} where direction = 'in' and kind <> 'message'
),

people as (
    select * from {{ ref('int_people__of_clients') }} where is_first
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
)

select
    topic_posts.client_id,
    topic_posts.network,
    topic_posts.post_id,
    conversation_posts.root_post_id,
    topic_posts.topic,
    topic_posts.found_by,
    cast(topic_posts.score as double) as score,
    client_accounts.account_id is not null as is_ours,
    addresses.person_id is not null as is_to_us,
    addresses.person_id,
    people.handle,
    people.display_name,
    posts.lang,
    posts.created_at,
    {{ post_url('topic_posts.network', 'topic_posts.post_id') }} as post_url,
    cast(horizons.as_of_at as date) as as_of_date
from topic_posts
inner join conversation_posts
    on topic_posts.client_id = conversation_posts.client_id
        and topic_posts.network = conversation_posts.network
        and topic_posts.post_id = conversation_posts.post_id
inner join posts on topic_posts.network = posts.network and topic_posts.post_id = posts.post_id
inner join horizons
    on topic_posts.client_id = horizons.client_id and posts.created_at < horizons.as_of_at
left join client_accounts
    on topic_posts.client_id = client_accounts.client_id
        and posts.network = client_accounts.network
        and posts.account_id = client_accounts.account_id
left join addresses
    on topic_posts.client_id = addresses.client_id
        and topic_posts.network = addresses.network
        and topic_posts.post_id = addresses.post_id
left join people
    on addresses.client_id = people.client_id and addresses.person_id = people.person_id
