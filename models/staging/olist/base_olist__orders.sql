{{ config(materialized='table', post_hook="{{ mend_raw('olist', 'orders') }}") }}

{{ read_raw('olist', 'orders') }}
