with people as (
    select * from {{ ref('int_people__described') }}
),

bots as (
    select distinct person_id from {{ ref('int_people__bots') }}
)

select
    people.person_id,
    people.display_name,
    people.handle,
    case when bots.person_id is not null then 'bot' else people.person_kind end as person_kind,
    people.account_count,
    people.is_erased
from people
left join bots on people.person_id = bots.person_id
