with answers as (
    select * from {{ ref('int_waiting__answers') }}
),

posts as (
    select * from {{ ref('posts') }}
),

people as (
    select * from {{ ref('int_people__of_clients') }}
),

accounts as (
    select * from {{ ref('accounts') }}
),

stakeholders as (
    select * from {{ ref('int_clients__stakeholders') }}
)

select
    answers.client_id,
    answers.network,
    answers.post_id,
    answers.root_post_id,
    answers.person_id,
    people.handle,
    people.display_name,
    answers.kind,
    answers.our_account_id,
    ours.handle as our_handle,
    answers.occurred_at,
    answers.week_start_date,
    coalesce(posts.is_question, false) as is_question,
    stakeholders.person_id is not null as is_stakeholder,
    answers.answered_at,
    answers.answer_post_id,
    answers.answered_by_account_id,
    answering.handle as answered_by_handle,
    cast(answers.answer_hours as double) as answer_hours,
    answers.is_answered_within_day,
    answers.is_unanswered,
    answers.is_final,
    cast(answers.answer_working_hours as double) as answer_working_hours,
    answers.is_answered_within_working_day,
    answers.is_final_by_working_day,
    answers.settled_at,
    cast(answers.as_of_at as date) as as_of_date
from answers
left join posts on answers.network = posts.network and answers.post_id = posts.post_id
inner join people
    on answers.client_id = people.client_id
        and answers.network = people.network
        and answers.person_id = people.person_id
left join accounts as ours
    on answers.network = ours.network and answers.our_account_id = ours.account_id
left join accounts as answering
    on answers.network = answering.network and answers.answered_by_account_id = answering.account_id
left join stakeholders
    on answers.client_id = stakeholders.client_id and answers.person_id = stakeholders.person_id
