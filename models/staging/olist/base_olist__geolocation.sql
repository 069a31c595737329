{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('geolocation') }}",
    post_hook=["{{ mend_raw('olist', 'geolocation') }}", "{{ record_files('geolocation') }}"],
) }}

{{ read_raw('olist', 'geolocation') }}
