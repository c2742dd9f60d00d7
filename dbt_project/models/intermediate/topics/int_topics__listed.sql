{{ config(materialized='ephemeral') }}
-- The topics of each client.
select * from {{ ref('stg_rapport__topics') }}
