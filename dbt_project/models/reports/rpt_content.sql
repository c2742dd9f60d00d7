with posts as (
    select * from {{ ref('posts') }} where kind <> 'repost'
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }} where is_ours
),

accounts as (
    select * from {{ ref('accounts') }}
),

client_posts as (
    select * from {{ ref('int_clients__posts') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

sparks as (
    select * from {{ ref('int_content__sparks') }}
),

topics as (
    select * from {{ ref('int_content__topics') }}
),

drawn as (
    select
        client_id,
        network,
        spark_post_id,
        count(distinct person_id) as answering_person_count,
        count(*) filter (where is_real) as real_conversation_count,
        count(distinct case when is_returner then person_id end) as returner_count,
        count(distinct case when is_new_person then person_id end) as new_person_count
    from sparks
    group by client_id, network, spark_post_id
),

about as (
    select
        client_id,
        network,
        post_id,
        {{ sorted_list('topic') }} as topics
    from topics
    group by client_id, network, post_id
),

our_posts as (
    select
        client_accounts.client_id,
        posts.*,
        horizons.as_of_at,
        coalesce(drawn.answering_person_count, 0) as answering_person_count,
        coalesce(drawn.real_conversation_count, 0) as real_conversation_count,
        coalesce(drawn.returner_count, 0) as returner_count,
        coalesce(drawn.new_person_count, 0) as new_person_count
    from posts
    inner join client_accounts
        on posts.network = client_accounts.network and posts.account_id = client_accounts.account_id
    inner join horizons
        on client_accounts.client_id = horizons.client_id and posts.created_at < horizons.as_of_at
    semi join client_posts
        on client_accounts.client_id = client_posts.client_id
            and posts.network = client_posts.network
            and posts.post_id = client_posts.post_id
    left join drawn
        on client_accounts.client_id = drawn.client_id
            and posts.network = drawn.network
            and posts.post_id = drawn.spark_post_id
)

select
    our_posts.client_id,
    our_posts.network,
    our_posts.post_id,
    our_posts.root_post_id,
    our_posts.account_id,
    accounts.handle,
    our_posts.kind,
    our_posts.text,
    our_posts.is_question,
    coalesce(contains(our_posts.text, 'http://') or contains(our_posts.text, 'https://'), false) as has_link,
    coalesce(about.topics, {{ empty_list() }}) as topics,
    our_posts.created_at,
    cast(our_posts.answering_person_count as bigint) as answering_person_count,
    cast(our_posts.real_conversation_count as bigint) as real_conversation_count,
    cast(our_posts.returner_count as bigint) as returner_count,
    cast(our_posts.new_person_count as bigint) as new_person_count,
    -- posts that sparked no real conversation share the last place, whatever else they achieved
    cast(rank() over (
        partition by our_posts.client_id
        order by
            our_posts.real_conversation_count desc,
            case when our_posts.real_conversation_count > 0 then our_posts.returner_count end desc nulls last,
            case when our_posts.real_conversation_count > 0 then our_posts.new_person_count end
            desc nulls last
    ) as integer) as content_rank,
    {{ post_url('our_posts.network', 'our_posts.post_id') }} as post_url,
    cast(our_posts.as_of_at as date) as as_of_date
from our_posts
inner join accounts on our_posts.network = accounts.network and our_posts.account_id = accounts.account_id
left join about
    on our_posts.client_id = about.client_id
        and our_posts.network = about.network
        and our_posts.post_id = about.post_id
