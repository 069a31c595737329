{%- set times = [
    'order_purchase_timestamp', 'order_approved_at', 'order_delivered_carrier_date',
    'order_delivered_customer_date', 'order_estimated_delivery_date',
] -%}
with base as (

    select * from {{ ref('base_olist__orders') }}

),

typed as (

    select
        {{ text_value('order_id') }} as order_id,
        {{ text_value('customer_id') }} as order_customer_id,
        {{ text_value('order_status') }} as status,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when {{ text_value('order_id') }} is null then 'no_order'
            when {{ text_value('order_purchase_timestamp') }} is null then 'no_time'
            {%- for column in times %}
            when {{ text_value(column) }} is not null and {{ to_utc(column) }} is null
                then 'unparseable_{{ column }}'
            {%- endfor %}
        end as unreadable_reason,
        source_row,
        {{ to_utc('order_purchase_timestamp') }} as ordered_at,
        {{ to_utc('order_approved_at') }} as approved_at,
        {{ to_utc('order_delivered_carrier_date') }} as handed_to_carrier_at,
        {{ to_utc('order_delivered_customer_date') }} as delivered_at,
        {{ to_utc('order_estimated_delivery_date') }} as estimated_delivery_at
    from base

),

-- number duplicates among readable rows only
numbered as (

    select
        *,
        row_number() over (
            partition by order_id, unreadable_reason
            order by ordered_at, source_file, source_row
        ) as copy_number
    from typed

),

judged as (

    select
        order_id,
        order_customer_id,
        status,
        source_file,
        case
            when unreadable_reason is not null then unreadable_reason
            when copy_number > 1 then 'repeated_order_id'
        end as rejection_reason,
        source_row,
        ordered_at,
        approved_at,
        handed_to_carrier_at,
        delivered_at,
        estimated_delivery_at
    from numbered

)

select * from judged
