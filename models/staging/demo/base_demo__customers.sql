{{ config(post_hook="{{ record_base_files('customers') }}") }}

select
    customer_id,
    gender,
    age,
    salary,
    country,
    state,
    city,
    signed_up_at,
    {{ seed_row_number() }} as source_row,
    cast(null as string) as malformed_reason,
    cast(null as string) as raw_line,
    'seeds/raw/demo_customers.csv' as source_file
from {{ ref('demo_customers') }}
