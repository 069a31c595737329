{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('events') }}",
    post_hook=["{{ mend_raw('tracking', 'events') }}", "{{ record_files('events') }}"],
) }}

{{ read_raw('tracking', 'events') }}
