{{ config(materialized='view') }}

with sessions as (

    select * from {{ ref('fct_sessions') }}
    where not is_excluded

),

orders as (

    select * from {{ ref('fct_orders') }}

),

order_lines as (

    select * from {{ ref('int_order_lines') }}
    where event_type in ('purchase', 'order_discount')

),

products as (

    select * from {{ ref('dim_products') }}

),

clock as (

    select as_of from {{ ref('int_as_of') }}

),

order_profits as (

    select
        order_lines.order_id,
        sum(
            cast(
                case
                    -- a discount lowers the profit by its whole amount
                    when order_lines.event_type = 'order_discount' then order_lines.revenue
                    when products.unit_cost is not null
                        then
                            order_lines.revenue
                            - order_lines.quantity * products.unit_cost
                    else cast(order_lines.revenue as double) * {{ var('assumed_margin') }}
                end as decimal(18, 4)
            )
        ) as profit
    from order_lines
    left join products
        on order_lines.product_id = products.product_id
    group by order_lines.order_id

),

sessions_and_orders as (

    select
        sessions.customer_id,
        {{ months_ago('sessions.started_at', 'clock.as_of') }} as months_ago,
        1 as sessions,
        0 as orders,
        cast(0 as decimal(18, 4)) as revenue,
        cast(0 as decimal(18, 4)) as profit
    from sessions
    inner join clock
        on sessions.started_at <= clock.as_of

    union all

    select
        orders.customer_id,
        {{ months_ago('orders.ordered_at', 'clock.as_of') }} as months_ago,
        0 as sessions,
        1 as orders,
        orders.revenue,
        cast(order_profits.profit as decimal(18, 4)) as profit
    from orders
    inner join order_profits
        on orders.order_id = order_profits.order_id
    inner join clock
        on orders.ordered_at <= clock.as_of

),

totalled as (

    select
        customer_id,
        months_ago,
        sum(sessions) as session_count,
        sum(orders) as order_count,
        cast(sum(revenue) as decimal(18, 4)) as revenue,
        cast(sum(profit) as decimal(18, 4)) as profit
    from sessions_and_orders
    group by customer_id, months_ago

)

select * from totalled
