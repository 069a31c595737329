with base as (

    select * from {{ ref('base_rees46__events') }}

),

typed as (

    select
        -- REES46 has no event id: equal rows are repeats of one event, so they share this hash
        {{ hashed_id([
            'event_time', 'event_type', 'product_id', 'category_id', 'category_code', 'brand',
            'price', 'user_id', 'user_session',
        ]) }} as event_id,
        {{ text_value('user_id') }} as customer_id,
        cast(null as string) as anonymous_id,
        {{ text_value('user_session') }} as session_id,
        cast(null as string) as order_id,
        {{ text_value('product_id') }} as product_id,
        coalesce({{ text_value('event_type') }}, 'unknown') as raw_event_type,
        {{ text_value('category_code') }} as category,
        {{ text_value('brand') }} as brand,
        cast(null as string) as currency,
        cast(null as string) as experiment_id,
        cast(null as string) as experiment_group,
        cast(null as string) as traffic_source,
        cast(null as string) as campaign,
        cast(null as string) as device_type,
        cast(null as string) as page_type,
        {{ extra_as_json() }} as extra,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when
                {{ text_value('price') }} is not null
                and try_cast(price as decimal(18, 4)) is null
                then 'unparseable_price'
        end as rejection_reason,
        try_cast(price as decimal(18, 4)) as unit_price,
        1 as quantity,
        source_row,
        {{ to_utc('event_time') }} as event_at,
        cast(null as timestamp) as loaded_at
    from base

)

select * from typed
