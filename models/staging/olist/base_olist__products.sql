{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('olist', 'products') }}", "{{ record_base_files('products') }}"],
) }}

{{ read_raw('olist', 'products') }}
