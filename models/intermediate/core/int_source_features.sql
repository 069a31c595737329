{{ config(materialized='view') }}

{%- set features = dict.fromkeys(customer_features(), 'double') %}
{{ source_entity('features', dict({'customer_id': 'string'}, **features)) }}
