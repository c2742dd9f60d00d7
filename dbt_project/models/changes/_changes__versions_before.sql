-- Chains of edits as the last build left them. This is a table of its own because it has to be built before
-- int_posts__versions is replaced, while _changes__posts is built after that.
select
    network,
    version_post_id,
    post_id
from {{ before('intermediate', 'int_posts__versions', ['network', 'version_post_id', 'post_id']) }}
