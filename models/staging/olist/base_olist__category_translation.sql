{{ config(materialized='table', post_hook="{{ mend_raw('olist', 'category_translation') }}") }}

{{ read_raw('olist', 'category_translation') }}
