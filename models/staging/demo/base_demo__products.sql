{{ config(post_hook="{{ record_base_files('products') }}") }}

select
    product_id,
    product_name,
    category,
    brand,
    unit_price,
    unit_cost,
    {{ seed_row_number() }} as source_row,
    cast(null as string) as malformed_reason,
    cast(null as string) as raw_line,
    'seeds/raw/demo_products.csv' as source_file
from {{ ref('demo_products') }}
