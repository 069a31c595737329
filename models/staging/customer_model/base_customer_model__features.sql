{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('features') }}",
    post_hook=["{{ mend_raw('customer_model', 'features') }}", "{{ record_files('features') }}"],
) }}

{{ read_raw('customer_model', 'features') }}
