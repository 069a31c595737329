{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('olist', 'geolocation') }}", "{{ record_base_files('geolocation') }}"],
) }}

{{ read_raw('olist', 'geolocation') }}
