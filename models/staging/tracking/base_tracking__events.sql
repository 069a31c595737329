{{ config(materialized='table') }}

{{ read_raw('tracking', 'events') }}
