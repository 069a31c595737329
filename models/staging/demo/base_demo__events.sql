{{ config(post_hook="{{ record_base_files('events') }}") }}

select
    event_id,
    timestamp,
    customer_id,
    session_id,
    event_type,
    product_id,
    device_type,
    traffic_source,
    campaign_id,
    page_category,
    session_duration_sec,
    experiment_group,
    anonymous_id,
    order_id,
    quantity,
    loaded_at,
    {{ seed_row_number() }} as source_row,
    cast(null as string) as malformed_reason,
    cast(null as string) as raw_line,
    'seeds/raw/demo_events.csv' as source_file
from {{ ref('demo_events') }}
