with order_items as (

    select * from {{ ref('stg_olist__order_items') }}

),

orders as (

    select * from {{ ref('stg_olist__orders') }}
    where rejection_reason is null

),

customers as (

    select * from {{ ref('stg_olist__customers') }}
    where rejection_reason is null

),

-- A row of order_items is one unit: order_item_id numbers the units of an order, it is no quantity
purchased as (

    select
        order_items.order_id || '-' || cast(order_items.item_number as string) as event_id,
        customers.customer_id,
        -- without a customer, the order is a buyer of its own, so that its revenue counts
        case
            when customers.customer_id is null
                then coalesce(orders.order_customer_id, orders.order_id)
        end as anonymous_id,
        cast(null as string) as session_id,
        order_items.order_id,
        order_items.product_id,
        'order_line' as raw_event_type,
        cast(null as string) as category,
        cast(null as string) as brand,
        cast(null as string) as currency,
        cast(null as string) as experiment_id,
        cast(null as string) as experiment_group,
        cast(null as string) as traffic_source,
        cast(null as string) as campaign,
        cast(null as string) as device_type,
        cast(null as string) as page_type,
        order_items.extra,
        order_items.source_file,
        case
            when order_items.rejection_reason is not null then order_items.rejection_reason
            when orders.order_id is null then 'no_order'
        end as rejection_reason,
        order_items.unit_price,
        1 as quantity,
        order_items.source_row,
        orders.ordered_at as event_at,
        cast(null as timestamp) as loaded_at
    from order_items
    left join orders
        on order_items.order_id = orders.order_id
    left join customers
        on orders.order_customer_id = customers.order_customer_id

)

select * from purchased
