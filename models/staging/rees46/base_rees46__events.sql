{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('rees46', 'events') }}", "{{ record_base_files('events') }}"],
) }}

{{ read_raw('rees46', 'events') }}
