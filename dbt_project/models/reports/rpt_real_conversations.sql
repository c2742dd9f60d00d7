-- A conversation that is real with two people stands here twice: the figures count it for each of them.
with real_conversations as (
    select * from {{ ref('int_relationships__real_conversations') }}
),

exchanges as (
    select * from {{ ref('int_relationships__exchanges') }}
),

sparks as (
    select * from {{ ref('int_content__sparks') }} where is_real
),

client_posts as (
    select * from {{ ref('int_clients__posts') }}
),

posts as (
    select * from {{ ref('posts') }}
),

accounts as (
    select * from {{ ref('accounts') }}
),

people as (
    select * from {{ ref('int_people__of_clients') }}
),

stakeholders as (
    select * from {{ ref('int_clients__stakeholders') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

talk as (
    select
        client_id,
        person_id,
        network,
        root_post_id,
        max(exchange_number) as exchange_count
    from exchanges
    group by client_id, person_id, network, root_post_id
)

select
    real_conversations.client_id,
    real_conversations.network,
    real_conversations.root_post_id,
    real_conversations.person_id,
    people.handle,
    people.display_name,
    stakeholders.person_id is not null as is_stakeholder,
    roots.account_id as root_account_id,
    root_accounts.handle as root_handle,
    roots.text as root_text,
    sparks.spark_post_id,
    real_conversations.our_account_id,
    ours.handle as our_handle,
    real_conversations.answer_post_id,
    real_conversations.became_real_at,
    real_conversations.week_start_date,
    cast(talk.exchange_count as bigint) as exchange_count,
    case when real_conversations.answer_post_id not like 'dm:%'
            then {{ post_url('real_conversations.network', 'real_conversations.answer_post_id') }}
    end as post_url,
    cast(horizons.as_of_at as date) as as_of_date
from real_conversations
inner join horizons on real_conversations.client_id = horizons.client_id
inner join people
    on real_conversations.client_id = people.client_id
        and real_conversations.network = people.network
        and real_conversations.person_id = people.person_id
inner join talk
    on real_conversations.client_id = talk.client_id
        and real_conversations.person_id = talk.person_id
        and real_conversations.network = talk.network
        and real_conversations.root_post_id = talk.root_post_id
left join client_posts
    on real_conversations.client_id = client_posts.client_id
        and real_conversations.network = client_posts.network
        and real_conversations.root_post_id = client_posts.post_id
left join posts as roots
    on client_posts.network = roots.network and client_posts.post_id = roots.post_id
left join accounts as root_accounts
    on roots.network = root_accounts.network and roots.account_id = root_accounts.account_id
left join accounts as ours
    on real_conversations.network = ours.network and real_conversations.our_account_id = ours.account_id
left join sparks
    on real_conversations.client_id = sparks.client_id
        and real_conversations.person_id = sparks.person_id
        and real_conversations.network = sparks.network
        and real_conversations.root_post_id = sparks.root_post_id
left join stakeholders
    on real_conversations.client_id = stakeholders.client_id
        and real_conversations.person_id = stakeholders.person_id
