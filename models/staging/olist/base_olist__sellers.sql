{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('olist', 'sellers') }}", "{{ record_base_files('sellers') }}"],
) }}

{{ read_raw('olist', 'sellers') }}
