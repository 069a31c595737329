{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('events') }}",
    post_hook=["{{ mend_raw('[[ source ]]', 'events') }}", "{{ record_files('events') }}"],
) }}

{{ read_raw('[[ source ]]', 'events') }}
