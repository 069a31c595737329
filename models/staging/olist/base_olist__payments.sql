{{ config(materialized='table', post_hook="{{ mend_raw('olist', 'payments') }}") }}

{{ read_raw('olist', 'payments') }}
