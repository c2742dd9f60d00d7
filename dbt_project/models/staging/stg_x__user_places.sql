-- Where an account says it is, in its own words: any text, a joke too.
with source as (
    select
        *,
        nullif(
            lower(trim(regexp_replace(json_extract_string(payload, '$.location'), '\s+', ' ', 'g'))), ''
        ) as place,
        {{ observation_order() }} as _observation
    from {{ source('raw', 'users') }}
    where network = 'x' and account_id is not null
)

select
    network,
    account_id,
    arg_max(place, _observation) as place
from source
where place is not null
group by network, account_id
