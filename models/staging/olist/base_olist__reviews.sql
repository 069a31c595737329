{{ config(materialized='table', post_hook="{{ mend_raw('olist', 'reviews') }}") }}

{{ read_raw('olist', 'reviews') }}
