with stakeholders as (
    select * from {{ ref('stg_rapport__stakeholders') }}
),

handles as (
    select * from {{ ref('int_accounts__handles') }}
),

seen as (
    select * from {{ ref('int_clients__seen_accounts') }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
),

resolved as (
    select
        stakeholders.client_id,
        stakeholders.network,
        stakeholders.handle,
        coalesce(stakeholders.account_id, seen.account_id) as account_id,
        stakeholders.priority,
        stakeholders.topic,
        stakeholders.why
    from stakeholders
    left join handles
        on stakeholders.account_id is null
            and stakeholders.network = handles.network
            and stakeholders.handle = handles.handle
    left join seen
        on stakeholders.client_id = seen.client_id
            and handles.network = seen.network
            and handles.account_id = seen.account_id
),

by_people as (
    select
        resolved.*,
        {{ person_of('people', 'resolved.network', 'resolved.account_id') }} as person_id,
        {{ qualified_id('resolved.network', "'@' || resolved.handle") }} as qualified_handle
    from resolved
    left join people on resolved.network = people.network and resolved.account_id = people.account_id
)

select
    client_id,
    -- a stakeholder whose account was never seen is identified by the handle in the list
    coalesce(person_id, qualified_handle) as stakeholder_id,
    person_id,
    min(handle) as handle,
    min(account_id) as account_id,
    min(priority) as priority,
    {{ first_by('topic', 'priority, topic') }} as topic,
    {{ first_by('why', 'priority, why') }} as why
from by_people
group by client_id, coalesce(person_id, qualified_handle), person_id
