{{ config(materialized='table', post_hook="{{ mend_raw('tracking', 'customers') }}") }}

{{ read_raw('tracking', 'customers') }}
