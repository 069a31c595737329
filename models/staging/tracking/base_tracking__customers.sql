{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('tracking', 'customers') }}", "{{ record_base_files('customers') }}"],
) }}

{{ read_raw('tracking', 'customers') }}
