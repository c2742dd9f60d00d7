-- Posts that new loads brought, for the first time or again.
with posts as (
    select * from {{ source('raw', 'posts') }} where post_id is not null
),

new_loads as (
    select * from {{ ref('stg_rapport__new_loads') }}
)

select distinct
    posts.network,
    posts.post_id
from posts
semi join new_loads on posts.load_id = new_loads.load_id
{{ none_if_full() }}
