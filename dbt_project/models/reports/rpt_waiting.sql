with waiting as (
    select * from {{ ref('int_waiting__open') }}
),

posts as (
    select * from {{ ref('posts') }}
),

people as (
    select * from {{ ref('int_people__of_clients') }}
),

stakeholders as (
    select * from {{ ref('int_clients__stakeholders') }}
)

select
    waiting.client_id,
    waiting.network,
    waiting.post_id,
    waiting.root_post_id,
    waiting.person_id,
    people.handle,
    people.display_name,
    waiting.kind,
    -- null for a direct message: only that it waits is shown
    posts.text,
    waiting.occurred_at,
    cast({{ seconds_between('waiting.occurred_at', 'waiting.as_of_at') }} / 3600e0 as double)
        as waiting_hours,
    cast(waiting.waiting_working_hours as double) as waiting_working_hours,
    coalesce(posts.is_question, false) as is_question,
    stakeholders.person_id is not null as is_stakeholder,
    cast(stakeholders.priority as integer) as stakeholder_priority,
    cast(row_number() over (
        partition by waiting.client_id
        order by
            stakeholders.priority asc nulls last,
            coalesce(posts.is_question, false) desc,
            waiting.occurred_at asc,
            {{ id_order('waiting.post_id') }} asc,
            waiting.network asc
    ) as integer) as waiting_rank,
    {{ post_url('posts.network', 'posts.post_id') }} as post_url,
    cast(waiting.as_of_at as date) as as_of_date
from waiting
left join posts on waiting.network = posts.network and waiting.post_id = posts.post_id
inner join people
    on waiting.client_id = people.client_id
        and waiting.network = people.network
        and waiting.person_id = people.person_id
left join stakeholders
    on waiting.client_id = stakeholders.client_id and waiting.person_id = stakeholders.person_id
