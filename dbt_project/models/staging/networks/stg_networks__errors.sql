{{ config(materialized='view') }}
with source as (
    select * from {{ source('raw', 'errors') }}
)

select
    page_key,
    position,
    network,
    resource_type,
    resource_id,
    title,
    regexp_extract(type, '([^/]+)$', 1) as error_type,
    observed_at
from source
