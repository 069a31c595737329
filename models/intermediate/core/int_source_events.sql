{{ config(materialized='view') }}

{{ source_entity('events', event_columns()) }}
