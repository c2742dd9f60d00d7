select interaction_id
from {{ ref('interactions') }}
where from_account_id = to_account_id
