{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('customer_model', 'features') }}", "{{ record_base_files('features') }}"],
) }}

{{ read_raw('customer_model', 'features') }}
