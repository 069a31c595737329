{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('olist', 'reviews') }}", "{{ record_base_files('reviews') }}"],
) }}

{{ read_raw('olist', 'reviews') }}
