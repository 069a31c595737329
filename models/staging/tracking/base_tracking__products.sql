{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('products') }}",
    post_hook=["{{ mend_raw('tracking', 'products') }}", "{{ record_files('products') }}"],
) }}

{{ read_raw('tracking', 'products') }}
