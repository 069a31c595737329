{{ config(materialized='table', post_hook="{{ mend_raw('tracking', 'events') }}") }}

{{ read_raw('tracking', 'events') }}
