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

events as (

    select
        *,
        {{ event_position() }} as event_position
    from {{ ref('fct_events') }}
    where
        event_type in ('purchase', 'canceled_purchase')
        or event_type in ('order_discount', 'canceled_order_discount')

),

-- order ids as in int_order_lines, but with the lines of excluded customers
lines as (

    select
        coalesce(order_id, 'session~' || session_id, 'event~' || event_id) as order_id,
        {{ first_value_of('customer_id') }} as customer_id,
        sum(case when event_type in ('purchase', 'canceled_purchase') then 1 else 0 end)
            as line_count,
        sum(coalesce(unit_price, 0) * quantity) as amount,
        max(case when is_excluded then 1 else 0 end) = 1 as is_excluded,
        min(event_at) as ordered_at
    from events
    group by coalesce(order_id, 'session~' || session_id, 'event~' || event_id)

),

known as (

    select
        coalesce(source_orders.order_id, lines.order_id) as order_id,
        coalesce(source_orders.customer_id, lines.customer_id) as customer_id,
        source_orders.status,
        coalesce(lines.line_count, 0) as line_count,
        coalesce(lines.amount, 0) as amount,
        source_orders.paid_amount,
        coalesce(source_orders.is_purchase, true) as is_purchase,
        lines.is_excluded,
        coalesce(source_orders.ordered_at, lines.ordered_at) as ordered_at
    from source_orders
    full outer join lines
        on source_orders.order_id = lines.order_id

),

uncounted as (

    select
        known.order_id,
        known.customer_id,
        known.status,
        case
            when not known.is_purchase then 'status_is_no_purchase'
            when coalesce(known.is_excluded, excluded_customers.customer_id is not null)
                then 'excluded_customer'
            when known.amount < 0 then 'only_discounts'
            else 'without_items'
        end as reason,
        cast(known.line_count as bigint) as line_count,
        cast(known.amount as decimal(18, 4)) as amount,
        known.paid_amount,
        known.ordered_at
    from known
    left join orders
        on known.order_id = orders.order_id
    left join excluded_customers
        on known.customer_id = excluded_customers.customer_id
    where orders.order_id is null

)

select * from uncounted
