{# What happened in the weeks of a client, of the rows that a model calls addresses, answers and weeks: of
   each week, or of each week on each network. `by`: the columns of which there is one row for each. #}

{% macro talk_of(by) -%}
    select
        {{ by | join(',\n        ') }},
        count(*) filter (where direction = 'in') as address_in_count,
        count(*) filter (where direction = 'out') as address_out_count,
        count(distinct case when direction = 'in' then person_id end) as person_in_count
    from addresses
    group by {{ by | join(', ') }}
{%- endmacro %}

{% macro answers_of(by) -%}
    select
        {{ by | join(',\n        ') }},
        {{ answer_counts() }},
        count(*) filter (where is_unanswered) as unanswered_count,
        median({{ seconds_between('occurred_at', 'answered_at') }}) filter (where not is_unanswered) / 3600e0
            as median_answer_hours
    from answers
    group by {{ by | join(', ') }}
{%- endmacro %}

{# At the end of each week. `more`: columns of the answers beside client and week. #}
{% macro waiting_of(more=[]) -%}
    {%- set by = ['weeks.client_id', 'weeks.week_start_date'] + more -%}
    select
        {{ by | join(',\n        ') }},
        count(*) as waiting_count
    from weeks
    inner join answers
        on weeks.client_id = answers.client_id
            and weeks.as_of_at > answers.occurred_at
            and answers.occurred_at >= weeks.as_of_at - interval '{{ definition('waiting_days') }}' day
            and (answers.answered_at is null or weeks.as_of_at <= answers.answered_at)
    group by {{ by | join(', ') }}
{%- endmacro %}
