-- People worth seeking out: they have a tie with somebody with whom we have one. Followers do not count.
with paths as (
    select * from {{ ref('int_introductions__paths') }}
),

topics as (
    select * from {{ ref('int_introductions__topics') }}
),

people as (
    select * from {{ ref('int_people__of_clients') }} where is_first
),

relationships as (
    select * from {{ ref('relationships') }}
),

posts as (
    select * from {{ ref('posts') }}
),

stakeholders as (
    select * from {{ ref('int_clients__stakeholders') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

ordered as (
    select
        *,
        row_number() over (
            partition by client_id, person_id order by path_strength desc, {{ id_order('via_person_id') }} asc
        ) as via_place
    from paths
),

-- as a decimal, so that the sum does not depend on the order of rows
found as (
    select
        client_id,
        person_id,
        sum(cast(path_strength as decimal(18, 12))) as path_strength,
        count(*) as via_person_count,
        {{ sorted_list('via_person_id', 'via_place') }} as via_person_ids,
        {{ first_by('via_person_id', 'via_place') }} as via_person_id,
        {{ first_by('via_strength', 'via_place') }} as via_strength,
        {{ first_by('their_strength', 'via_place') }} as their_strength,
        {{ first_by('last_exchange_network', 'via_place') }} as last_network,
        {{ first_by('last_exchange_post_id', 'via_place') }} as last_post_id
    from ordered
    group by client_id, person_id
),

-- each further topic in common adds less than the one before
scored as (
    select
        found.*,
        coalesce(topics.shared_topic_count, 0) as shared_topic_count,
        coalesce(topics.shared_topics, {{ empty_list() }}) as shared_topics,
        cast(found.path_strength as double) * (
            1 + {{ definition('shared_topic_weight') }} * coalesce(topics.shared_topic_count, 0)
            / (1e0 + coalesce(topics.shared_topic_count, 0))
        ) as score
    from found
    left join topics on found.client_id = topics.client_id and found.person_id = topics.person_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by client_id order by score desc, via_person_count desc, {{ id_order('person_id') }} asc
        ) as seek_rank
    from scored
    qualify seek_rank <= {{ definition('worth_seeking_out_count') }}
)

select
    ranked.client_id,
    ranked.person_id,
    people.handle,
    people.display_name,
    people.person_kind,
    coalesce(relationships.stage, 'stranger') as stage,
    cast(ranked.seek_rank as integer) as seek_rank,
    cast(ranked.score as double) as score,
    cast(ranked.via_person_count as bigint) as via_person_count,
    ranked.via_person_ids,
    ranked.via_person_id,
    betweens.handle as via_handle,
    betweens.display_name as via_display_name,
    via_relationships.stage as via_stage,
    cast(ranked.via_strength as double) as via_strength,
    cast(ranked.their_strength as double) as their_strength,
    cast(ranked.shared_topic_count as bigint) as shared_topic_count,
    ranked.shared_topics,
    ranked.last_network as last_post_network,
    ranked.last_post_id,
    last_posts.text as last_text,
    {{ post_url('ranked.last_network', 'ranked.last_post_id') }} as post_url,
    stakeholders.person_id is not null as is_stakeholder,
    cast(stakeholders.priority as integer) as stakeholder_priority,
    cast(horizons.as_of_at as date) as as_of_date
from ranked
inner join horizons on ranked.client_id = horizons.client_id
inner join people on ranked.client_id = people.client_id and ranked.person_id = people.person_id
inner join people as betweens
    on ranked.client_id = betweens.client_id and ranked.via_person_id = betweens.person_id
inner join relationships as via_relationships
    on ranked.client_id = via_relationships.client_id and ranked.via_person_id = via_relationships.person_id
left join relationships
    on ranked.client_id = relationships.client_id and ranked.person_id = relationships.person_id
left join posts as last_posts
    on ranked.last_network = last_posts.network and ranked.last_post_id = last_posts.post_id
left join stakeholders
    on ranked.client_id = stakeholders.client_id and ranked.person_id = stakeholders.person_id
