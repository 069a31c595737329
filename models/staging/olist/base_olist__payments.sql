{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('payments') }}",
    post_hook=["{{ mend_raw('olist', 'payments') }}", "{{ record_files('payments') }}"],
) }}

{{ read_raw('olist', 'payments') }}
