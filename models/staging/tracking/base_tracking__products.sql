{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('tracking', 'products') }}", "{{ record_base_files('products') }}"],
) }}

{{ read_raw('tracking', 'products') }}
