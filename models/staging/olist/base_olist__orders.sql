{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('orders') }}",
    post_hook=["{{ mend_raw('olist', 'orders') }}", "{{ record_files('orders') }}"],
) }}

{{ read_raw('olist', 'orders') }}
