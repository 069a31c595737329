{{ config(materialized='table', post_hook="{{ mend_raw('customer_model', 'features') }}") }}

{{ read_raw('customer_model', 'features') }}
