{{ config(materialized='table', post_hook="{{ mend_raw('olist', 'customers') }}") }}

{{ read_raw('olist', 'customers') }}
