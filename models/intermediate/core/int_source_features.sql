{{ config(materialized='view') }}

{{ source_entity('features', dict({'customer_id': 'string'}, **dict.fromkeys(customer_features(), 'double'))) }}
