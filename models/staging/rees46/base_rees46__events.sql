{{ config(materialized='table', post_hook="{{ mend_raw('rees46', 'events') }}") }}

{{ read_raw('rees46', 'events') }}
