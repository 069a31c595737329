{{ config(
    materialized='raw_files',
    post_hook=["{{ mend_raw('[[ source ]]', 'events') }}", "{{ record_base_files('events') }}"],
) }}

{{ read_raw('[[ source ]]', 'events') }}
