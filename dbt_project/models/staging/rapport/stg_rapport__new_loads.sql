{{ config(materialized='table') }}
-- The loads that no good build has taken in yet; in a full refresh, every load. A table and no view: it is read
-- again after the build, when its loads have been taken in.
with pages as (
    select * from {{ source('raw', 'pages') }}
),

built_loads as (
    select * from {{ source('quality', 'built_loads') }}
)

select distinct pages.load_id
from pages
anti join built_loads on pages.load_id = built_loads.load_id and {{ 'true' if is_daily() else 'false' }}
