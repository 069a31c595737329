{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('olist', 'orders') }}", "{{ record_base_files('orders') }}"],
) }}

{{ read_raw('olist', 'orders') }}
