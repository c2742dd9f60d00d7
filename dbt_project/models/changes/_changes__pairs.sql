-- Pairs of client and person whose ledger may change, for one of three reasons: something changed in a
-- conversation in which they talk; their newest week had not ended in the last build; or a week has ended in
-- which their stage may change without a new post.
with conversations as (
    select * from {{ ref('_changes__reached') }}
),

horizons as (
    select
        *,
        {{ week_number(week_start('from_at')) }} as from_week,
        {{ week_number(week_start('to_at')) }} as to_week
    from {{ ref('_changes__horizons') }}
),

addresses as (
    select * from {{ ref('int_interactions__ours') }}
),

addresses_before as (
    select
        client_id,
        person_id,
        network,
        root_post_id,
        {{ week_number('cast(week_start_date as date)') }} as week_number
    from {{ before('intermediate', 'int_relationships__addresses',
        ['client_id', 'person_id', 'network', 'root_post_id', 'week_start_date']) }} as standing
),

weeks_before as (
    select *
    from {{ before('marts', 'relationship_weeks', ['client_id', 'person_id', 'week_start_date']) }}
),

quiet_stretches as (
    select quiet_weeks from {{ quiet_stretches() }} as stretches
),

-- weeks in which a stage may change without a new post, as int_relationships__weekly_facts computes them
ageing as (
    select
        client_id,
        person_id,
        week_number + {{ definition('dormant_weeks') }} as week_number
    from addresses_before
    union
    select
        addresses_before.client_id,
        addresses_before.person_id,
        addresses_before.week_number + quiet_stretches.quiet_weeks as week_number
    from addresses_before
    cross join quiet_stretches
    union
    select
        addresses_before.client_id,
        addresses_before.person_id,
        addresses_before.week_number + {{ definition('connected_weeks') }} + quiet_stretches.quiet_weeks
            as week_number
    from addresses_before
    cross join quiet_stretches
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
    where {{ week_number('cast(weeks_before.week_start_date as date)') }} >= horizons.from_week
    union
    select
        ageing.client_id,
        ageing.person_id
    from ageing
    -- such a change happens only when its week has ended
    inner join horizons on ageing.client_id = horizons.client_id
    where ageing.week_number >= horizons.from_week and ageing.week_number < horizons.to_week
)

select
    client_id,
    person_id
from pairs
{{ none_if_full() }}
