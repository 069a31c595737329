{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('order_items') }}",
    post_hook=["{{ mend_raw('olist', 'order_items') }}", "{{ record_files('order_items') }}"],
) }}

{{ read_raw('olist', 'order_items') }}
