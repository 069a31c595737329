{{ config(materialized='table', post_hook="{{ add_undecodable_lines('tracking', 'events') }}") }}

{{ read_raw('tracking', 'events') }}
