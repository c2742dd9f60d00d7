-- Each topic of a client over the last weeks, and of how many posts, conversations and people that is.
with topics as (
    select * from {{ ref('int_topics__listed') }}
),

topic_posts as (
    select * from {{ ref('int_topics__posts') }}
),

read_posts as (
    select * from {{ ref('int_topics__read') }}
),

content as (
    select * from {{ ref('rpt_content') }}
),

posts as (
    select * from {{ ref('posts') }}
),

conversations as (
    select * from {{ ref('rpt_conversations') }}
),

conversation_posts as (
    select * from {{ ref('int_conversations__of_clients') }}
),

addresses as (
    select * from {{ ref('int_relationships__addresses') }} where direction = 'in' and kind <> 'message'
),

horizons as (
    select
        client_id,
        as_of_at,
        as_of_at - interval '{{ definition('topic_weeks') * 7 }}' day as since_at
    from {{ ref('int_coverage__as_of') }}
),

our_posts as (
    select
        content.client_id,
        content.network,
        content.post_id,
        content.created_at,
        content.real_conversation_count,
        -- what a network says of a text whose language it could not tell
        coalesce(posts.lang, '') in ('', 'und') or posts.lang like 'q__' as is_of_unknown_language,
        read_posts.post_id is not null as is_read_by_meaning
    from content
    inner join horizons
        on content.client_id = horizons.client_id and content.created_at >= horizons.since_at
    inner join posts on content.network = posts.network and content.post_id = posts.post_id
    left join read_posts
        on content.client_id = read_posts.client_id
            and content.network = read_posts.network
            and content.post_id = read_posts.post_id
),

our_topics as (
    select
        our_posts.*,
        topic_posts.topic,
        topic_posts.found_by
    from our_posts
    inner join topic_posts
        on our_posts.client_id = topic_posts.client_id
            and our_posts.network = topic_posts.network
            and our_posts.post_id = topic_posts.post_id
),

recent as (
    select
        conversations.client_id,
        conversations.network,
        conversations.root_post_id,
        conversations.is_real
    from conversations
    inner join horizons
        on conversations.client_id = horizons.client_id and conversations.last_active_at >= horizons.since_at
),

-- a conversation is about what any of its posts is about
conversation_topics as (
    select distinct
        recent.client_id,
        recent.network,
        recent.root_post_id,
        recent.is_real,
        topic_posts.topic
    from recent
    inner join conversation_posts
        on recent.client_id = conversation_posts.client_id
            and recent.network = conversation_posts.network
            and recent.root_post_id = conversation_posts.root_post_id
    inner join topic_posts
        on recent.client_id = topic_posts.client_id
            and conversation_posts.network = topic_posts.network
            and conversation_posts.post_id = topic_posts.post_id
),

to_us as (
    select
        addresses.client_id,
        addresses.network,
        addresses.post_id,
        addresses.person_id
    from addresses
    inner join horizons
        on addresses.client_id = horizons.client_id and addresses.occurred_at >= horizons.since_at
),

to_us_about as (
    select
        to_us.*,
        topic_posts.topic
    from to_us
    inner join topic_posts
        on to_us.client_id = topic_posts.client_id
            and to_us.network = topic_posts.network
            and to_us.post_id = topic_posts.post_id
),

of_posts as (
    select
        client_id,
        topic,
        count(*) as our_post_count,
        count(*) filter (where real_conversation_count > 0) as sparking_post_count,
        sum(real_conversation_count) as sparked_conversation_count,
        count(*) filter (where found_by = 'word') as by_word_count,
        count(*) filter (where found_by = 'meaning') as by_meaning_count,
        count(*) filter (where found_by = 'hand') as by_hand_count,
        max(created_at) as last_post_at
    from our_topics
    group by client_id, topic
),

of_conversations as (
    select
        client_id,
        topic,
        count(*) as conversation_count,
        count(*) filter (where is_real) as real_conversation_count
    from conversation_topics
    group by client_id, topic
),

of_people as (
    select
        client_id,
        topic,
        count(distinct person_id) as person_count
    from to_us_about
    group by client_id, topic
),

all_posts as (
    select
        client_id,
        count(*) as all_our_post_count,
        count(*) filter (where is_of_unknown_language) as unknown_language_post_count,
        count(*) filter (where not is_read_by_meaning) as by_words_alone_post_count
    from our_posts
    group by client_id
),

any_posts as (
    select
        client_id,
        count(distinct {{ qualified_id('network', 'post_id') }}) as any_topic_post_count
    from our_topics
    group by client_id
),

all_conversations as (
    select
        client_id,
        count(*) as all_conversation_count
    from recent
    group by client_id
),

any_conversations as (
    select
        client_id,
        count(distinct {{ qualified_id('network', 'root_post_id') }}) as any_topic_conversation_count
    from conversation_topics
    group by client_id
),

all_people as (
    select
        client_id,
        count(distinct person_id) as all_person_count
    from to_us
    group by client_id
),

any_people as (
    select
        client_id,
        count(distinct person_id) as any_topic_person_count
    from to_us_about
    group by client_id
)

select
    topics.client_id,
    topics.topic,
    cast(topics.topic_number as integer) as topic_number,
    topics.is_by_meaning,
    cast(coalesce(of_posts.our_post_count, 0) as bigint) as our_post_count,
    cast(coalesce(of_posts.sparking_post_count, 0) as bigint) as sparking_post_count,
    cast(coalesce(of_posts.sparked_conversation_count, 0) as bigint) as sparked_conversation_count,
    cast(coalesce(of_posts.by_word_count, 0) as bigint) as by_word_count,
    cast(coalesce(of_posts.by_meaning_count, 0) as bigint) as by_meaning_count,
    cast(coalesce(of_posts.by_hand_count, 0) as bigint) as by_hand_count,
    of_posts.last_post_at,
    cast(coalesce(of_conversations.conversation_count, 0) as bigint) as conversation_count,
    cast(coalesce(of_conversations.real_conversation_count, 0) as bigint) as real_conversation_count,
    cast(coalesce(of_people.person_count, 0) as bigint) as person_count,
    cast(coalesce(all_posts.all_our_post_count, 0) as bigint) as all_our_post_count,
    cast(coalesce(any_posts.any_topic_post_count, 0) as bigint) as any_topic_post_count,
    cast(coalesce(all_posts.unknown_language_post_count, 0) as bigint) as unknown_language_post_count,
    cast(coalesce(all_posts.by_words_alone_post_count, 0) as bigint) as by_words_alone_post_count,
    cast(coalesce(all_conversations.all_conversation_count, 0) as bigint) as all_conversation_count,
    cast(coalesce(any_conversations.any_topic_conversation_count, 0) as bigint)
        as any_topic_conversation_count,
    cast(coalesce(all_people.all_person_count, 0) as bigint) as all_person_count,
    cast(coalesce(any_people.any_topic_person_count, 0) as bigint) as any_topic_person_count,
    cast(horizons.as_of_at as date) as as_of_date
from topics
inner join horizons on topics.client_id = horizons.client_id
left join of_posts on topics.client_id = of_posts.client_id and topics.topic = of_posts.topic
left join of_conversations
    on topics.client_id = of_conversations.client_id and topics.topic = of_conversations.topic
left join of_people on topics.client_id = of_people.client_id and topics.topic = of_people.topic
left join all_posts on topics.client_id = all_posts.client_id
left join any_posts on topics.client_id = any_posts.client_id
left join all_conversations on topics.client_id = all_conversations.client_id
left join any_conversations on topics.client_id = any_conversations.client_id
left join all_people on topics.client_id = all_people.client_id
left join any_people on topics.client_id = any_people.client_id
