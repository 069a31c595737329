{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('olist', 'customers') }}", "{{ record_base_files('customers') }}"],
) }}

{{ read_raw('olist', 'customers') }}
