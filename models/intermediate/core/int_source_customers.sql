{{ config(materialized='view') }}

{{ source_entity('customers', {
    'customer_id': 'string',
    'gender': 'string',
    'country': 'string',
    'state': 'string',
    'city': 'string',
    'source_file': 'string',
    'rejection_reason': 'string',
    'age': 'int',
    'salary': 'decimal(18,4)',
    'source_row': 'bigint',
    'signed_up_at': 'timestamp',
}) }}
