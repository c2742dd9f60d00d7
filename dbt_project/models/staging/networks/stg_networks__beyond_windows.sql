-- Posts known only from pages that reach beyond their window, as pages do where a network takes no windows.
-- No run has asked what was answered to these posts: counted, they would tell of talk that fell silent. They
-- stay in raw, so that what is deleted on the network is deleted here, and become posts once a run asks for
-- them.
with posts as (
    select
        network,
        post_id,
        section
    from {{ source('raw', 'posts') }}
    where post_id is not null
),

beyond as (
    select distinct
        network,
        post_id
    from posts
    where section = 'beyond'
),

asked_for as (
    select
        network,
        post_id
    from posts
    where section is distinct from 'beyond'
)

select beyond.*
from beyond
anti join asked_for on beyond.network = asked_for.network and beyond.post_id = asked_for.post_id
