with base as (

    select * from {{ ref('base_rees46__events') }}

),

cleaned as (

    select
        -- REES46 has no event id: equal rows are repeats of one event, so they share this hash
        {{ hashed_id([
            'event_time', 'event_type', 'product_id', 'category_id', 'category_code', 'brand',
            'price', 'user_id', 'user_session',
        ]) }} as event_id,
        {{ text_value('user_id') }} as customer_id,
        {{ text_value('user_session') }} as session_id,
        {{ text_value('product_id') }} as product_id,
        coalesce({{ text_value('event_type') }}, 'unknown') as raw_event_type,
        {{ text_value('category_code') }} as category,
        {{ text_value('brand') }} as brand,
        {{ extra_as_json() }} as extra,
        {{ text_value('price') }} as raw_price,
        {{ decimal_value('price') }} as unit_price,
        malformed_reason,
        source_file,
        source_row,
        {{ to_utc('event_time') }} as event_at
    from base

),

typed as (

    select
        event_id,
        customer_id,
        cast(null as string) as anonymous_id,
        session_id,
        cast(null as string) as order_id,
        product_id,
        raw_event_type,
        category,
        brand,
        cast(null as string) as currency,
        cast(null as string) as experiment_id,
        cast(null as string) as experiment_group,
        cast(null as string) as traffic_source,
        cast(null as string) as campaign,
        cast(null as string) as device_type,
        cast(null as string) as page_type,
        extra,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when raw_price is not null and unit_price is null then 'unparseable_price'
        end as rejection_reason,
        unit_price,
        1 as quantity,
        source_row,
        event_at,
        cast(null as timestamp) as loaded_at
    from cleaned

)

select * from typed
