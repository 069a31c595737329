{{ config(materialized='view') }}

{{ source_entity('orders', {
    'order_id': 'string',
    'customer_id': 'string',
    'status': 'string',
    'payment_type': 'string',
    'source_file': 'string',
    'rejection_reason': 'string',
    'shipping_amount': 'decimal(18,4)',
    'tax_amount': 'decimal(18,4)',
    'discount_amount': 'decimal(18,4)',
    'paid_amount': 'decimal(18,4)',
    'review_score': 'int',
    'source_row': 'bigint',
    'ordered_at': 'timestamp',
    'delivered_at': 'timestamp',
    'estimated_delivery_at': 'timestamp',
}) }}
