{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('olist', 'order_items') }}", "{{ record_base_files('order_items') }}"],
) }}

{{ read_raw('olist', 'order_items') }}
