with source_orders as (

    select * from {{ ref('int_orders_checked') }}
    where rejection_reason is null

),

orders as (

    select * from {{ ref('fct_orders') }}

),

excluded_customers as (

    select * from {{ ref('int_customers_excluded') }}

),

lines as (

    select
        order_id,
        count(*) as line_count,
        sum(coalesce(unit_price, 0) * quantity) as amount,
        max(case when is_excluded then 1 else 0 end) = 1 as is_excluded
    from {{ ref('fct_events') }}
    where event_type in ('purchase', 'canceled_purchase')
    group by order_id

),

uncounted as (

    select
        source_orders.order_id,
        source_orders.customer_id,
        source_orders.status,
        case
            when not source_orders.is_purchase then 'status_is_no_purchase'
            when coalesce(lines.is_excluded, excluded_customers.customer_id is not null)
                then 'excluded_customer'
            else 'without_items'
        end as reason,
        coalesce(lines.line_count, 0) as line_count,
        cast(coalesce(lines.amount, 0) as decimal(18, 4)) as amount,
        source_orders.paid_amount,
        source_orders.ordered_at
    from source_orders
    left join orders
        on source_orders.order_id = orders.order_id
    left join lines
        on source_orders.order_id = lines.order_id
    left join excluded_customers
        on source_orders.customer_id = excluded_customers.customer_id
    where orders.order_id is null

)

select * from uncounted
