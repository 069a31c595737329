{{ config(materialized='table', post_hook="{{ add_undecodable_lines('tracking', 'customers') }}") }}

{{ read_raw('tracking', 'customers') }}
