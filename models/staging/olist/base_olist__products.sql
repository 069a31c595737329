{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('products') }}",
    post_hook=["{{ mend_raw('olist', 'products') }}", "{{ record_files('products') }}"],
) }}

{{ read_raw('olist', 'products') }}
