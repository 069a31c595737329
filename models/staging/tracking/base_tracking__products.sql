{{ config(materialized='table', post_hook="{{ mend_raw('tracking', 'products') }}") }}

{{ read_raw('tracking', 'products') }}
