-- The accounts of the people whom the hand-kept list names. Every other account is a person of its own, so
-- this table is small, and whoever needs a person_id takes the one found here or else the account's id.
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
        min(people_accounts.person_number) as person_number,
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
    -- the oldest account gives the person its id: it stays the same whoever joins later
    first_value(account_id) over (
        partition by person_number order by {{ id_order('account_id') }}
    ) as person_id,
    person_name,
    person_kind
from resolved
