{{ config(materialized='table', post_hook="{{ mend_raw('olist', 'order_items') }}") }}

{{ read_raw('olist', 'order_items') }}
