-- depends_on: {{ ref('_changes__versions_before') }}
-- The later versions of edited posts, each with the canonical id of its post: that of its first version.
with posts as (
    select * from {{ ref('stg_networks__posts') }}
),

listed as (
    select
        network,
        post_id as listing_post_id,
        {{ each_of('version_ids') }} as version_post_id
    from posts
    where {{ list_length('version_ids') }} > 1
),

-- the newest version lists the whole chain; an older observation may list only its beginning
first_versions as (
    select
        network,
        listing_post_id,
        {{ first_by('version_post_id', id_order('version_post_id')) }} as post_id
    from listed
    group by network, listing_post_id
),

edited as (
    select
        listed.network,
        listed.version_post_id,
        {{ first_by('first_versions.post_id', id_order('first_versions.post_id')) }} as post_id
    from listed
    inner join first_versions
        on listed.network = first_versions.network
            and listed.listing_post_id = first_versions.listing_post_id
    group by listed.network, listed.version_post_id
)

select
    network,
    version_post_id,
    post_id
from edited
where version_post_id <> post_id
