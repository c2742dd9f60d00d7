-- Bots to a client: people with an account that it lists as a bot, or that the list of people calls one. They
-- count as nobody's contact, reader or acquaintance.
select distinct
    client_id,
    person_id
from {{ ref('int_clients__accounts') }}
where role = 'bot'
