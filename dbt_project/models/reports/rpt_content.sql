with our_posts as (
    select * from {{ ref('int_content__posts') }} where kind <> 'repost'
),

posts as (
    select * from {{ ref('posts') }}
),

accounts as (
    select * from {{ ref('accounts') }}
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
        {{ sorted_list('topic', 'topic_key') }} as topics
    from topics
    group by client_id, network, post_id
),

measured as (
    select
        our_posts.*,
        posts.root_post_id,
        posts.is_question,
        horizons.as_of_at,
        coalesce(drawn.answering_person_count, 0) as answering_person_count,
        coalesce(drawn.real_conversation_count, 0) as real_conversation_count,
        coalesce(drawn.returner_count, 0) as returner_count,
        coalesce(drawn.new_person_count, 0) as new_person_count
    from our_posts
    inner join posts on our_posts.network = posts.network and our_posts.post_id = posts.post_id
    inner join horizons
        on our_posts.client_id = horizons.client_id and our_posts.created_at < horizons.as_of_at
    left join drawn
        on our_posts.client_id = drawn.client_id
            and our_posts.network = drawn.network
            and our_posts.post_id = drawn.spark_post_id
)

select
    measured.client_id,
    measured.network,
    measured.post_id,
    measured.root_post_id,
    measured.account_id,
    accounts.handle,
    measured.kind,
    measured.text,
    measured.is_question,
    coalesce(contains(measured.text, 'http://') or contains(measured.text, 'https://'), false) as has_link,
    coalesce(about.topics, {{ empty_list() }}) as topics,
    measured.created_at,
    cast(measured.answering_person_count as bigint) as answering_person_count,
    cast(measured.real_conversation_count as bigint) as real_conversation_count,
    cast(measured.returner_count as bigint) as returner_count,
    cast(measured.new_person_count as bigint) as new_person_count,
    -- posts that sparked no real conversation share the last place, whatever else they achieved
    cast(rank() over (
        partition by measured.client_id
        order by
            measured.real_conversation_count desc,
            case when measured.real_conversation_count > 0 then measured.returner_count end desc nulls last,
            case when measured.real_conversation_count > 0 then measured.new_person_count end
            desc nulls last
    ) as integer) as content_rank,
    {{ post_url('measured.network', 'measured.post_id') }} as post_url,
    cast(measured.as_of_at as date) as as_of_date
from measured
inner join accounts on measured.network = accounts.network and measured.account_id = accounts.account_id
left join about
    on measured.client_id = about.client_id
        and measured.network = about.network
        and measured.post_id = about.post_id
