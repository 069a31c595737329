{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('online_retail', 'events') }}", "{{ record_base_files('events') }}"],
) }}

{{ read_raw('online_retail', 'events') }}
