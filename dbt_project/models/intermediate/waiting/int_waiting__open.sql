-- Addresses to us that wait for an answer as of the end of the client's data: unanswered, and not too old.
with answers as (
    select * from {{ ref('int_waiting__addresses') }} where answered_at is null
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
)

select
    answers.client_id,
    answers.network,
    answers.post_id,
    answers.root_post_id,
    answers.person_id,
    answers.kind,
    answers.occurred_at,
    horizons.as_of_at
from answers
inner join horizons
    on answers.client_id = horizons.client_id
        and answers.occurred_at >= horizons.as_of_at - interval '{{ definition('waiting_days') }}' day
