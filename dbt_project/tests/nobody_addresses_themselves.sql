select interaction_id
from {{ ref('interactions') }}
where from_person_id = to_person_id
