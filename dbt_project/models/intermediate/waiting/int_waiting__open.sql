-- Addresses to us that wait for an answer as of the end of the client's data: unanswered, and not too old.
with answers as (
    select * from {{ ref('int_waiting__addresses') }} where answered_at is null
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

working_time as (
    select * from {{ ref('int_clients__working_time') }}
)

select
    answers.client_id,
    answers.network,
    answers.post_id,
    answers.root_post_id,
    answers.person_id,
    answers.kind,
    answers.occurred_at,
    horizons.as_of_at,
    (so_far.worked_seconds - asked.worked_seconds) / 3600e0 as waiting_working_hours
from answers
inner join horizons
    on answers.client_id = horizons.client_id
        and answers.occurred_at >= horizons.as_of_at - interval '{{ definition('waiting_days') }}' day
left join working_time as asked
    on answers.client_id = asked.client_id and answers.occurred_at = asked.moment_at
left join working_time as so_far
    on answers.client_id = so_far.client_id and horizons.as_of_at = so_far.moment_at
