{{ config(materialized='table') }}

{{ read_raw('rees46', 'events') }}
