{{ config(materialized='table', post_hook="{{ mend_raw('online_retail', 'events') }}") }}

{{ read_raw('online_retail', 'events') }}
