-- Posts of ours, with what we added beneath them, that nobody else is seen to have answered.
with lone as (
    select * from {{ ref('int_conversations__concerning') }} where not has_others
),

missing as (
    select * from {{ ref('int_conversations__missing') }}
),

client_conversation_posts as (
    select * from {{ ref('int_conversations__of_clients') }}
),

posts as (
    select * from {{ ref('posts') }}
),

accounts as (
    select * from {{ ref('accounts') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

-- the post itself; the first of those beneath it, where it is gone
firsts as (
    select client_conversation_posts.*
    from client_conversation_posts
    semi join lone
        on client_conversation_posts.client_id = lone.client_id
            and client_conversation_posts.network = lone.network
            and client_conversation_posts.root_post_id = lone.root_post_id
    qualify row_number() over (
            partition by
                client_conversation_posts.client_id,
                client_conversation_posts.network,
                client_conversation_posts.root_post_id
            order by
                client_conversation_posts.depth asc,
                client_conversation_posts.created_at asc,
                {{ id_order('client_conversation_posts.post_id') }} asc
        ) = 1
)

select
    lone.client_id,
    lone.network,
    lone.root_post_id,
    firsts.post_id,
    firsts.account_id,
    accounts.handle,
    posts.text,
    lone.opened_at,
    lone.last_active_at,
    cast(lone.post_count as bigint) as post_count,
    missing.missing_reply_count,
    case
        when missing.missing_reply_count is null then 'not known'
        when missing.missing_reply_count > 0 then 'answers not captured'
        else 'nobody answered'
    end as state,
    missing.missing_reason,
    {{ post_url('firsts.network', 'firsts.post_id') }} as post_url,
    cast(horizons.as_of_at as date) as as_of_date
from lone
inner join missing
    on lone.client_id = missing.client_id
        and lone.network = missing.network
        and lone.root_post_id = missing.root_post_id
inner join firsts
    on lone.client_id = firsts.client_id
        and lone.network = firsts.network
        and lone.root_post_id = firsts.root_post_id
inner join horizons on lone.client_id = horizons.client_id
left join posts on firsts.network = posts.network and firsts.post_id = posts.post_id
left join accounts on firsts.network = accounts.network and firsts.account_id = accounts.account_id
