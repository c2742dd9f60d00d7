{{ config(materialized='view') }}
-- A view, as a daily build deletes by these keys after the query of a model, where no part of it is known
-- (replace_changed).
{{ of_every_network('changed_accounts') }}
