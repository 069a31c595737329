{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('category_translation') }}",
    post_hook=["{{ mend_raw('olist', 'category_translation') }}", "{{ record_files('category_translation') }}"],
) }}

{{ read_raw('olist', 'category_translation') }}
