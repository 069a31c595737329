{{ config(materialized='view') }}

{{ source_entity('products', {
    'product_id': 'string',
    'product_name': 'string',
    'category': 'string',
    'brand': 'string',
    'source_file': 'string',
    'rejection_reason': 'string',
    'unit_price': 'decimal(18,4)',
    'unit_cost': 'decimal(18,4)',
    'source_row': 'bigint',
}) }}
