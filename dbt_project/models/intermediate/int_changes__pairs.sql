-- Clients and people whose ledger may read otherwise now: somebody said something in a conversation in which
-- they talk, the data reaches further than it did, or a tie has aged by a whole week.
with changed as (
    select * from {{ ref('int_changes__conversations') }}
),

horizons as (
    select
        *,
        {{ week_number(week_start('from_at')) }} as from_week,
        {{ week_number(week_start('to_at')) }} as to_week
    from {{ ref('int_changes__horizons') }}
),

conversation_posts as (
    select * from {{ ref('conversation_posts') }}
),

interactions as (
    select * from {{ ref('interactions') }} where is_address and occurred_at is not null
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }} where is_ours
),

addresses_before as (
    select *
    from {{ before('intermediate', 'int_relationships__addresses',
        ['client_id', 'person_id', 'network', 'root_post_id', 'week_start_date']) }}
),

weeks_before as (
    select *
    from {{ before('marts', 'relationship_weeks', ['client_id', 'person_id', 'week_start_date']) }}
),

-- what was written between the two moments counts now, and did not before (or the other way round)
reached as (
    select
        conversation_posts.network,
        conversation_posts.root_post_id
    from conversation_posts
    semi join horizons
        on conversation_posts.created_at >= horizons.from_at
            and conversation_posts.created_at < horizons.to_at
    union
    select
        interactions.network,
        interactions.root_post_id
    from interactions
    semi join horizons
        on interactions.occurred_at >= horizons.from_at and interactions.occurred_at < horizons.to_at
),

conversations as (
    select * from changed
    union
    select * from reached
),

talking_now as (
    select
        interactions.network,
        interactions.from_account_id as account_id,
        interactions.to_person_id as person_id
    from interactions
    semi join conversations
        on interactions.network = conversations.network
            and interactions.root_post_id = conversations.root_post_id
    union
    select
        interactions.network,
        interactions.to_account_id as account_id,
        interactions.from_person_id as person_id
    from interactions
    semi join conversations
        on interactions.network = conversations.network
            and interactions.root_post_id = conversations.root_post_id
),

-- the weeks in which a stage can change by ageing alone, see int_relationships__weekly_facts
ageing as (
    {% set step = var('step_down_weeks') | int(4) %}
    {% set dormant = var('dormant_weeks') | int(13) %}
    {% set connected = var('connected_weeks') | int(26) %}
    {% set lowered = range(0, dormant, step) | list + range(connected, connected + dormant, step) | list %}
    {% for weeks in [dormant] + lowered %}
        select
            client_id,
            person_id,
            {{ week_number('cast(week_start_date as date)') }} + {{ weeks }} as week_number
        from addresses_before
        {{ 'union' if not loop.last }}
    {% endfor %}
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
        client_accounts.client_id,
        talking_now.person_id
    from talking_now
    inner join client_accounts
        on talking_now.network = client_accounts.network
            and talking_now.account_id = client_accounts.account_id
    union
    -- a week that had not ended has, or goes on
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
    inner join horizons on ageing.client_id = horizons.client_id
    where ageing.week_number >= horizons.from_week and ageing.week_number <= horizons.to_week
)

select
    client_id,
    person_id
from pairs
{{ none_if_full() }}
