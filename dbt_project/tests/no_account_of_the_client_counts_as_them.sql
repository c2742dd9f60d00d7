-- The client's own accounts, team and bots (listed, or by their own word) never count as "them", nor do
-- bridges' copies that are nobody to it: no published table names them, and nothing that models count people
-- from. Lists kept by hand may name anybody.
{%- set tables = [
    'int_circles__new_people', 'int_readership__acts', 'int_relationships__addresses', 'relationship_weeks',
    'relationships', 'rpt_answers', 'rpt_nurture', 'rpt_real_conversations', 'rpt_relationship_moves',
    'rpt_relationships', 'rpt_waiting', 'rpt_topic_posts', 'rpt_worth_seeking_out',
] %}
with ours as (
    select
        clients.client_id,
        accounts.person_id
    from {{ ref('int_clients__accounts') }} as clients
    inner join {{ ref('accounts') }} as accounts
        on clients.network = accounts.network and clients.account_id = accounts.account_id
    union all
    select
        client_id,
        person_id
    from {{ ref('int_people__bots') }}
    union all
    -- but for a copy that the list of people gives to somebody, who is somebody without it, too
    select
        copies.client_id,
        accounts.person_id
    from {{ ref('int_clients__copies') }} as copies
    inner join {{ ref('accounts') }} as accounts
        on copies.network = accounts.network
            and copies.account_id = accounts.account_id
            and accounts.person_id = {{ qualified_id('copies.network', 'copies.account_id') }}
),

named as (
    {% for table in tables %}
        select
            '{{ table }}' as table_name,
            client_id,
            person_id
        from {{ ref(table) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select distinct
    named.table_name,
    named.client_id,
    named.person_id
from named
semi join ours on named.client_id = ours.client_id and named.person_id = ours.person_id
