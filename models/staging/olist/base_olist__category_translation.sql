{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('olist', 'category_translation') }}", "{{ record_base_files('category_translation') }}"],
) }}

{{ read_raw('olist', 'category_translation') }}
