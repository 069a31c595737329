{{ config(materialized='table', post_hook="{{ mend_raw('[[ source ]]', 'events') }}") }}

{{ read_raw('[[ source ]]', 'events') }}
