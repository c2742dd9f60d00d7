-- Chains of edits as the last build knew them. A table of its own, made before int_posts__versions is made
-- anew.
select
    network,
    version_post_id,
    post_id
from {{ before('intermediate', 'int_posts__versions', ['network', 'version_post_id', 'post_id']) }}
