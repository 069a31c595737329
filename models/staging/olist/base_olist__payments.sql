{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('olist', 'payments') }}", "{{ record_base_files('payments') }}"],
) }}

{{ read_raw('olist', 'payments') }}
