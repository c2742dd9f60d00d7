{{ config(materialized='table') }}
-- The loads that are in no good build yet; in a full refresh, every load. This is a table and not a view: it
-- is read again after the build, when its loads have become part of a good one.
with pages as (
    select * from {{ source('raw', 'pages') }}
),

built_loads as (
    select * from {{ source('quality', 'built_loads') }}
)

select distinct pages.load_id
from pages
anti join built_loads on pages.load_id = built_loads.load_id and {{ 'true' if is_daily() else 'false' }}
