{{ config(materialized='ephemeral') }}
-- The moment up to which a client's data reached in the last build, and the one it reaches now. The earlier
-- of the two comes first, whichever it is.
with horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

built_horizons as (
    select * from {{ source('quality', 'built_horizons') }}
)

select
    horizons.client_id,
    least(horizons.as_of_at, built_horizons.as_of_at) as from_at,
    greatest(horizons.as_of_at, built_horizons.as_of_at) as to_at
from horizons
inner join built_horizons on horizons.client_id = built_horizons.client_id
where horizons.as_of_at <> built_horizons.as_of_at
{{ none_if_full() }}
