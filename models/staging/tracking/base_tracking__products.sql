{{ config(materialized='table', post_hook="{{ add_undecodable_lines('tracking', 'products') }}") }}

{{ read_raw('tracking', 'products') }}
