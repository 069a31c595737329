{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('customers') }}",
    post_hook=["{{ mend_raw('tracking', 'customers') }}", "{{ record_files('customers') }}"],
) }}

{{ read_raw('tracking', 'customers') }}
