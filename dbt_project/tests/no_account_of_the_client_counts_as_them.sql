-- Team and bot accounts are never them, in no measure.
select
    weeks.client_id,
    weeks.person_id
from {{ ref('relationship_weeks') }} as weeks
inner join {{ ref('accounts') }} as accounts on weeks.person_id = accounts.person_id
inner join {{ ref('int_clients__accounts') }} as ours
    on weeks.client_id = ours.client_id
        and accounts.network = ours.network
        and accounts.account_id = ours.account_id
