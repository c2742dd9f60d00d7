-- The addresses of all weeks of the ledger add up to the interactions between the client's accounts and other
-- people in posts that the client has, one for each post, person and direction. A bridge's copies are nobody,
-- and so are bots.
with ours as (
    select * from {{ ref('int_clients__accounts') }}
),

copies as (
    select * from {{ ref('int_clients__copies') }}
),

passed as (
    select distinct
        ours.client_id,
        interactions.network,
        interactions.post_id,
        case when interactions.from_account_id = ours.account_id then 'out' else 'in' end as direction,
        case when interactions.from_account_id = ours.account_id
                then interactions.to_person_id
            else interactions.from_person_id
        end as person_id
    from {{ ref('interactions') }} as interactions
    inner join
        ours
        on ours.is_ours
            and interactions.network = ours.network
            and ours.account_id in (interactions.from_account_id, interactions.to_account_id)
    inner join {{ ref('int_coverage__as_of') }} as horizons
        on ours.client_id = horizons.client_id and interactions.occurred_at < horizons.as_of_at
    left join {{ ref('int_clients__posts') }} as client_posts
        on ours.client_id = client_posts.client_id
            and interactions.network = client_posts.network
            and interactions.post_id = client_posts.post_id
    where
        coalesce(interactions.private_to_client_id = ours.client_id, client_posts.post_id is not null)
        and interactions.is_address
        and not exists (
            select 1
            from copies
            where
                copies.client_id = ours.client_id
                and copies.network = interactions.network
                and copies.account_id = case
                    when interactions.from_account_id = ours.account_id
                        then interactions.to_account_id
                    else interactions.from_account_id
                end
        )
        and not exists (
            select 1
            from ours as others
            where
                others.client_id = ours.client_id
                and others.person_id = case
                    when interactions.from_account_id = ours.account_id
                        then interactions.to_person_id
                    else interactions.from_person_id
                end
        )
),

from_interactions as (
    select
        passed.client_id,
        count(*) as address_count
    from passed
    anti join {{ ref('int_people__bots') }} as bots
        on passed.client_id = bots.client_id and passed.person_id = bots.person_id
    group by passed.client_id
),

from_ledger as (
    select
        client_id,
        sum(week_address_in_count + week_address_out_count) as address_count
    from {{ ref('relationship_weeks') }}
    group by client_id
)

select
    coalesce(from_interactions.client_id, from_ledger.client_id) as client_id,
    from_interactions.address_count as interaction_count,
    from_ledger.address_count as ledger_count
from from_interactions
full join from_ledger on from_interactions.client_id = from_ledger.client_id
where from_interactions.address_count is distinct from from_ledger.address_count
