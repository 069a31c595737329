{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('purchase_history', 'offers') }}", "{{ record_base_files('offers') }}"],
) }}

{{ read_raw('purchase_history', 'offers') }}
