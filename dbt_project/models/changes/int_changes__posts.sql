-- Posts, their edits collapsed, that may not be what they were.
with versions as (
    select * from {{ ref('int_changes__versions') }}
)

select distinct
    network,
    canonical_post_id as post_id
from versions
