-- Posts that may have changed: those that the changed versions belong to, or belonged to.
with versions as (
    select * from {{ ref('_changes__versions') }}
)

select distinct
    network,
    canonical_post_id as post_id
from versions
