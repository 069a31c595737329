{{ config(materialized='table', post_hook="{{ mend_raw('olist', 'sellers') }}") }}

{{ read_raw('olist', 'sellers') }}
