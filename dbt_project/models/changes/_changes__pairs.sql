-- Pairs of client and person whose ledger may change, for one of three reasons: something changed in a
-- conversation in which they talk; their newest week had not ended in the last build; or a week has ended,
-- and their tie is one that goes down when it is left alone.
with conversations as (
    select * from {{ ref('_changes__conversations') }}
),

horizons as (
    select
        *,
        {{ week_start('from_at') }} as from_week_start_date,
        {{ week_start('to_at') }} as to_week_start_date
    from {{ ref('_changes__horizons') }}
),

addresses as (
    select * from {{ ref('int_interactions__ours') }}
),

addresses_before as (
    select *
    from {{ before('intermediate', 'int_relationships__addresses',
        ['client_id', 'person_id', 'network', 'root_post_id']) }} as standing
),

weeks_before as (
    select *
    from {{ before('marts', 'relationship_weeks',
        ['client_id', 'person_id', 'week_start_date']) }} as standing
),

ties_before as (
    select * from {{ before('marts', 'relationships', ['client_id', 'person_id', 'stage']) }} as standing
),

pairs as (
    select
        addresses_before.client_id,
        addresses_before.person_id
    from addresses_before
    semi join conversations
        on addresses_before.network = conversations.network
            and addresses_before.root_post_id = conversations.root_post_id
    union
    select
        addresses.client_id,
        addresses.person_id
    from addresses
    semi join conversations
        on addresses.network = conversations.network and addresses.root_post_id = conversations.root_post_id
    union
    -- the week that had not ended in the last build
    select
        weeks_before.client_id,
        weeks_before.person_id
    from weeks_before
    inner join horizons on weeks_before.client_id = horizons.client_id
    where cast(weeks_before.week_start_date as date) >= horizons.from_week_start_date
    union
    -- who was only noticed, or is dormant, stays so until somebody writes
    select
        ties_before.client_id,
        ties_before.person_id
    from ties_before
    inner join horizons on ties_before.client_id = horizons.client_id
    where
        ties_before.stage not in ('noticed', 'dormant')
        and horizons.from_week_start_date < horizons.to_week_start_date
)

select
    client_id,
    person_id
from pairs
{{ none_if_full() }}
