{{ config(materialized='table', post_hook="{{ mend_raw('olist', 'products') }}") }}

{{ read_raw('olist', 'products') }}
