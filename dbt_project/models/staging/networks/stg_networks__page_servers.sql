{{ config(materialized='ephemeral') }}
-- Each answer names in its address the server that gave it, where a network has many of them.
with ours as (
    select distinct
        network,
        {{ lower_case("regexp_extract(coalesce(account_id, handle), '@([^@]+)$', 1)") }} as server
    from {{ source('raw', 'client_accounts') }}
),

pages as (
    select
        page_key,
        network,
        {{ lower_case("regexp_extract(endpoint, '^https://([^/]+)', 1)") }} as server
    from {{ source('raw', 'pages') }}
    where endpoint like 'https://%'
)

select
    pages.page_key,
    pages.server,
    ours.server is not null as is_of_client
from pages
left join ours on pages.network = ours.network and pages.server = ours.server
