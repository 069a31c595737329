{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_files('events') }}",
    post_hook=["{{ mend_raw('rees46', 'events') }}", "{{ record_files('events') }}"],
) }}

{{ read_raw('rees46', 'events') }}
