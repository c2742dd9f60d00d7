{{ config(
    materialized='incremental',
    unique_key=['network', 'account_id'],
    meta={'changes': 'stg_networks__changed_accounts'},
) }}
-- depends_on: {{ ref('stg_networks__changed_accounts') }}
-- Accounts that posts name, with the handle used there: as the author, as the account that is replied to, or
-- in the text. All versions of a post count, so an account stays here even if a later version no longer names
-- it.
with posts as (
    select * from {{ source('raw', 'posts') }}
),

new_posts as (
    select *
    from {{ only_changed('posts', ref('stg_rapport__new_loads'), ['load_id']) }}
),

mentions as (
    select
        network,
        {{ each_of('coalesce(note_mentions, mentions)') }} as mention
    from new_posts
),

named as (
    select
        network,
        author_id as account_id,
        cast(null as string) as handle
    from new_posts
    union all
    select
        network,
        in_reply_to_user_id as account_id,
        null as handle
    from new_posts
    union all
    select
        network,
        mention.id as account_id,
        mention.username as handle
    from mentions
    {% if is_incremental() %}
        union all
        select
            network,
            account_id,
            handle
        from {{ only_changed(this, ref('stg_networks__changed_accounts'), ['network', 'account_id']) }}
    {% endif %}
)

select
    network,
    account_id,
    max(handle) as handle
from named
where account_id is not null
group by network, account_id
