{{ config(materialized='table', post_hook="{{ mend_raw('purchase_history', 'offers') }}") }}

{{ read_raw('purchase_history', 'offers') }}
