{{ config(materialized='view') }}

{{ source_entity('offers', {
    'customer_id': 'string',
    'product_id': 'string',
    'rejection_reason': 'string',
    'price': 'decimal(18,4)',
    'is_purchased': 'boolean',
}) }}
