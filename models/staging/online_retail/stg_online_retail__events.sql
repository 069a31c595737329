with base as (

    select * from {{ ref('base_online_retail__events') }}

),

cleaned as (

    select
        {{ text_value('invoice') }} as invoice,
        {{ text_value('stockcode') }} as product_id,
        {{ text_value('customer_id') }} as customer_id,
        {{ text_value('quantity') }} as raw_quantity,
        {{ text_value('price') }} as raw_price,
        {{ whole_number('quantity') }} as quantity,
        {{ decimal_value('price') }} as unit_price,
        {{ extra_as_json() }} as extra,
        {{ hashed_id([
            'invoice', 'stockcode', 'description', 'quantity', 'invoicedate', 'price',
            'customer_id', 'country',
        ]) }} as line_hash,
        malformed_reason,
        source_file,
        source_row,
        {{ to_utc('invoicedate') }} as event_at
    from base

),

-- The same line twice in an invoice means a second unit, so each copy gets an id of its own
numbered as (

    select
        *,
        row_number() over (partition by line_hash order by source_file, source_row) as line_number
    from cleaned

),

typed as (

    select
        line_hash || '-' || cast(line_number as string) as event_id,
        customer_id,
        -- without a customer, the invoice is a buyer of its own, so that its revenue counts
        case when customer_id is null then invoice end as anonymous_id,
        cast(null as string) as session_id,
        -- a cancellation does not say which invoice it cancels
        case when quantity > 0 then invoice end as order_id,
        product_id,
        -- A C invoice takes goods back. Other negative lines are stock corrections without a price.
        -- An A invoice writes off a bad debt: that does not make an order cheaper
        case
            when unit_price < 0 and invoice like 'A%' then 'bad_debt_adjustment'
            when quantity >= 0 then 'order_line'
            when invoice like 'C%' then 'refund'
            else 'stock_correction'
        end as raw_event_type,
        cast(null as string) as category,
        cast(null as string) as brand,
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
            when raw_quantity is null or quantity is null then 'unparseable_quantity'
            when raw_price is not null and unit_price is null then 'unparseable_price'
        end as rejection_reason,
        unit_price,
        abs(quantity) as quantity,
        source_row,
        event_at,
        cast(null as timestamp) as loaded_at
    from numbered

)

select * from typed
