{{ config(materialized='table', post_hook="{{ add_undecodable_lines('rees46', 'events') }}") }}

{{ read_raw('rees46', 'events') }}
