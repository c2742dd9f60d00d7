select
    client_id,
    words,
    measure,
    target,
    due_date,
    row_number() over (partition by client_id order by due_date, words, measure, target) as goal_number
from {{ source('raw', 'goals') }}
