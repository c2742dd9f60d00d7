-- The accounts of the people whom the hand-kept list names. Every other account is a person of its own, so
-- this table is small: the macro person_of takes the person found here, or else the account.
with people_accounts as (
    select * from {{ ref('stg_rapport__people_accounts') }}
),

handles as (
    select * from {{ ref('int_accounts__handles') }}
),

resolved as (
    select
        people_accounts.network,
        coalesce(people_accounts.account_id, handles.account_id) as account_id,
        -- named twice, once by handle and once by id: the first person in the list has it
        {{ first_by('people_accounts.person_id', 'people_accounts.person_number') }} as person_id,
        {{ first_by('people_accounts.person_name', 'people_accounts.person_number') }} as person_name,
        {{ first_by('people_accounts.person_kind', 'people_accounts.person_number') }} as person_kind
    from people_accounts
    left join handles
        on people_accounts.account_id is null
            and people_accounts.network = handles.network
            and people_accounts.handle = handles.handle
    where coalesce(people_accounts.account_id, handles.account_id) is not null
    group by people_accounts.network, coalesce(people_accounts.account_id, handles.account_id)
)

select
    network,
    account_id,
    person_id,
    person_name,
    person_kind
from resolved
