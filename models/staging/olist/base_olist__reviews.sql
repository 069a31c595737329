{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('reviews') }}",
    post_hook=["{{ mend_raw('olist', 'reviews') }}", "{{ record_files('reviews') }}"],
) }}

{{ read_raw('olist', 'reviews') }}
