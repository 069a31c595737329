{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('offers') }}",
    post_hook=["{{ mend_raw('purchase_history', 'offers') }}", "{{ record_files('offers') }}"],
) }}

{{ read_raw('purchase_history', 'offers') }}
