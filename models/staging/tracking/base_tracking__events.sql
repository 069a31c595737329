{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('tracking', 'events') }}", "{{ record_base_files('events') }}"],
) }}

{{ read_raw('tracking', 'events') }}
