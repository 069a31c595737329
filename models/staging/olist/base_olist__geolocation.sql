{{ config(materialized='table', post_hook="{{ mend_raw('olist', 'geolocation') }}") }}

{{ read_raw('olist', 'geolocation') }}
