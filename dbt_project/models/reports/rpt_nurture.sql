-- Whom we are losing: close ties that have been silent for longer than usual.
with relationships as (
    select * from {{ ref('relationships') }} where {{ is_close('stage') }}
),

silences as (
    select * from {{ ref('int_relationships__silences') }} where is_overdue
),

people as (
    select * from {{ ref('int_people__of_clients') }} where is_first
),

posts as {{ not_kept() }} (
    select * from {{ ref('posts') }}
),

client_posts as (
    select * from {{ ref('int_clients__posts') }}
),

stakeholders as (
    select * from {{ ref('int_clients__stakeholders') }}
),

waiting as (
    select distinct
        client_id,
        person_id
    from {{ ref('int_waiting__open') }}
),

overdue as (
    select
        silences.*,
        relationships.stage,
        relationships.last_contact_at,
        relationships.networks
    from silences
    inner join relationships
        on silences.client_id = relationships.client_id and silences.person_id = relationships.person_id
)

select
    overdue.client_id,
    overdue.person_id,
    people.handle,
    people.display_name,
    people.person_kind,
    overdue.stage,
    cast(overdue.usual_gap_days as double) as usual_gap_days,
    cast(overdue.silent_days as double) as silent_days,
    cast(overdue.silent_days / overdue.usual_gap_days as double) as silence_ratio,
    cast(row_number() over (
        partition by overdue.client_id
        order by
            stakeholders.priority asc nulls last,
            overdue.stage = 'connected' desc,
            overdue.silent_days / overdue.usual_gap_days desc,
            {{ id_order('overdue.person_id') }}
    ) as integer) as nurture_rank,
    overdue.last_exchange_at as last_mutual_at,
    overdue.last_contact_at,
    overdue.last_met_date,
    overdue.last_answer_by,
    overdue.networks,
    overdue.last_network as last_post_network,
    overdue.last_exchange_post_id as last_post_id,
    posts.text as last_text,
    overdue.last_root_post_id,
    roots.text as last_root_text,
    case when overdue.last_exchange_post_id not like 'dm:%'
            then {{ post_url('overdue.last_network', 'overdue.last_exchange_post_id') }}
    end as post_url,
    waiting.person_id is not null as is_waiting_for_us,
    stakeholders.person_id is not null as is_stakeholder,
    cast(stakeholders.priority as integer) as stakeholder_priority,
    stakeholders.topic as stakeholder_topic,
    cast(overdue.as_of_at as date) as as_of_date
from overdue
inner join people on overdue.client_id = people.client_id and overdue.person_id = people.person_id
left join posts on overdue.last_network = posts.network and overdue.last_exchange_post_id = posts.post_id
left join client_posts
    on overdue.client_id = client_posts.client_id
        and overdue.last_network = client_posts.network
        and overdue.last_root_post_id = client_posts.post_id
left join posts as roots
    on client_posts.network = roots.network and client_posts.post_id = roots.post_id
left join stakeholders
    on overdue.client_id = stakeholders.client_id and overdue.person_id = stakeholders.person_id
left join waiting on overdue.client_id = waiting.client_id and overdue.person_id = waiting.person_id
