{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('sellers') }}",
    post_hook=["{{ mend_raw('olist', 'sellers') }}", "{{ record_files('sellers') }}"],
) }}

{{ read_raw('olist', 'sellers') }}
