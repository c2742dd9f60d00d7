{{ config(materialized='ephemeral') }}
-- What else came in on each day: users and messages as the results of a page, errors, and what the door has
-- refused.
with pages as (
    select * from {{ ref('load_profile__pages') }}
),

objects as (
    select
        page_key,
        'result' as object_kind,
        cast(null as string) as title,
        cast(null as string) as name
    from {{ source('raw', 'users') }}
    where section = 'data'
    union all
    select
        page_key,
        'result' as object_kind,
        cast(null as string) as title,
        cast(null as string) as name
    from {{ source('raw', 'messages') }}
    union all
    select
        page_key,
        'error' as object_kind,
        coalesce(title, 'without a title') as title,
        cast(null as string) as name
    from {{ source('raw', 'errors') }}
    union all
    select
        page_key,
        case when section = 'data' then 'refused result' else 'refused' end as object_kind,
        cast(null as string) as title,
        object_kind || ' ' || coalesce(object_id, 'without an id') || ' on page ' || page_key as name
    from {{ source('raw', 'rejects') }}
    where object_kind in ('post', 'user', 'message')
)

select
    pages.client_id,
    pages.network,
    pages.stream,
    pages.day,
    count(*) filter (where objects.object_kind = 'result' and pages.source = 'api') as result_row_count,
    count(*) filter (where objects.object_kind = 'error') as error_count,
    {{ counts_by('objects.title') }} as errors_by_type,
    count(*) filter (where objects.object_kind in ('refused', 'refused result') and pages.source = 'api')
        as refused_count,
    count(*) filter (where objects.object_kind = 'refused result' and pages.source = 'api')
        as refused_data_count,
    min(objects.name) filter (where pages.source = 'api') as refused_example
from objects
inner join pages on objects.page_key = pages.page_key
group by pages.client_id, pages.network, pages.stream, pages.day
