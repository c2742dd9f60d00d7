-- Dated notes on people. Of whom the client has not come across nothing is said here: the note waits in
-- notes.csv.
with notes as (
    select * from {{ ref('int_notes__people') }}
),

people as (
    select * from {{ ref('int_people__of_clients') }} where is_first
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
)

select
    notes.client_id,
    notes.note_id,
    notes.noted_date,
    notes.noted_by,
    notes.consent_basis,
    notes.person_id is not null as is_joined,
    notes.person_id,
    people.handle,
    people.display_name,
    case when notes.person_id is not null then notes.note end as note,
    cast(horizons.as_of_at as date) as as_of_date
from notes
inner join horizons on notes.client_id = horizons.client_id
left join people
    on notes.client_id = people.client_id and notes.person_id = people.person_id
