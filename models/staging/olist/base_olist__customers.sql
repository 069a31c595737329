{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('customers') }}",
    post_hook=["{{ mend_raw('olist', 'customers') }}", "{{ record_files('customers') }}"],
) }}

{{ read_raw('olist', 'customers') }}
