-- The people of each tag, by the tags that people have today.
with people as (
    select * from {{ ref('rpt_people') }}
),

relationship_weeks as (
    select * from {{ ref('relationship_weeks') }}
),

waiting as (
    select * from {{ ref('int_waiting__open') }}
),

weeks as (
    select
        client_id,
        max(week_number) as week_number
    from {{ ref('int_clients__weeks') }}
    where is_complete_week
    group by client_id
),

tagged as (
    select
        client_id,
        person_id,
        entry_id,
        stage,
        as_of_date,
        {{ each_of('tags') }} as tag
    from people
),

totals as (
    select
        client_id,
        count(*) as tagged_person_count
    from people
    where {{ list_length('tags') }} > 0
    group by client_id
),

waits as (
    select
        client_id,
        person_id,
        count(*) as waiting_count
    from waiting
    group by client_id, person_id
),

talk as (
    select
        ledger.client_id,
        ledger.person_id,
        sum(
            case
                when {{ week_number('ledger.week_start_date') }} = weeks.week_number
                    then ledger.week_real_conversation_count
            end
        ) as week_count,
        sum(ledger.week_real_conversation_count) as recent_count,
        sum(ledger.week_exchange_count) as recent_exchange_count,
        count(*) filter (
            where {{ week_number('ledger.week_start_date') }} = weeks.week_number
            and ledger.movement in ('new', 'deepened', 'revived')
        ) as won_count,
        count(*) filter (
            where {{ week_number('ledger.week_start_date') }} = weeks.week_number
            and ledger.movement in ('cooled', 'lapsed')
        ) as lost_count
    from relationship_weeks as ledger
    inner join weeks
        on ledger.client_id = weeks.client_id
            and {{ week_number('ledger.week_start_date') }} <= weeks.week_number
            and {{ week_number('ledger.week_start_date') }}
            > weeks.week_number - {{ definition('tag_weeks') }}
    group by ledger.client_id, ledger.person_id
)

select
    tagged.client_id,
    tagged.tag,
    count(*) as person_count,
    max(totals.tagged_person_count) as tagged_person_count,
    count(*) filter (where tagged.stage <> 'stranger' and tagged.stage <> 'noticed') as met_count,
    count(*) filter (where tagged.stage = 'acquainted') as acquainted_count,
    count(*) filter (where tagged.stage = 'conversing') as conversing_count,
    count(*) filter (where tagged.stage = 'connected') as connected_count,
    count(waits.person_id) as waiting_person_count,
    cast(coalesce(sum(waits.waiting_count), 0) as bigint) as waiting_count,
    {{ week_of_number('max(weeks.week_number)') }} as week_start_date,
    cast(coalesce(sum(talk.week_count), 0) as bigint) as week_real_conversation_count,
    cast(coalesce(sum(talk.recent_count), 0) as bigint) as recent_real_conversation_count,
    cast(coalesce(sum(talk.recent_exchange_count), 0) as bigint) as recent_exchange_count,
    cast(coalesce(sum(talk.won_count), 0) as bigint) as won_count,
    cast(coalesce(sum(talk.lost_count), 0) as bigint) as lost_count,
    max(tagged.as_of_date) as as_of_date
from tagged
inner join totals on tagged.client_id = totals.client_id
left join weeks on tagged.client_id = weeks.client_id
left join waits on tagged.client_id = waits.client_id and tagged.person_id = waits.person_id
left join talk on tagged.client_id = talk.client_id and tagged.person_id = talk.person_id
group by tagged.client_id, tagged.tag
