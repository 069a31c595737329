with events as (

    select * from {{ ref('fct_events') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

customers as (

    select * from {{ ref('int_customers_checked') }}
    where rejection_reason is null

),

seen as (

    select
        customer_id,
        count(*) as event_count,
        max(case when is_identified then 1 else 0 end) = 1 as is_identified,
        max(case when is_bot then 1 else 0 end) = 1 as is_bot,
        max(case when is_excluded then 1 else 0 end) = 1 as is_excluded,
        min(event_at) as first_seen_at,
        max(event_at) as last_seen_at
    from events
    group by customer_id

),

session_totals as (

    select
        customer_id,
        count(*) as session_count
    from sessions
    group by customer_id

),

order_totals as (

    select
        customer_id,
        count(*) as order_count,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at
    from orders
    group by customer_id

),

-- refunds count here even when no order is known for them
money_totals as (

    select
        customer_id,
        sum(revenue) as revenue,
        sum(refund_amount) as refund_amount
    from order_lines
    group by customer_id

),

described as (

    select
        coalesce(seen.customer_id, customers.customer_id) as customer_id,
        customers.gender,
        customers.country,
        customers.state,
        customers.city,
        customers.age,
        customers.salary,
        coalesce(seen.event_count, 0) as event_count,
        coalesce(session_totals.session_count, 0) as session_count,
        coalesce(order_totals.order_count, 0) as order_count,
        cast(coalesce(money_totals.revenue, 0) as decimal(18, 4)) as revenue,
        cast(coalesce(money_totals.refund_amount, 0) as decimal(18, 4)) as refund_amount,
        cast(
            coalesce(money_totals.revenue, 0) - coalesce(money_totals.refund_amount, 0)
            as decimal(18, 4)
        ) as net_revenue,
        -- a customer of the customers file is known, whether seen yet or not
        coalesce(seen.is_identified, true) as is_identified,
        coalesce(seen.is_bot, false) as is_bot,
        coalesce(seen.is_excluded, false) as is_excluded,
        customers.signed_up_at,
        seen.first_seen_at,
        seen.last_seen_at,
        order_totals.first_ordered_at,
        order_totals.last_ordered_at
    from seen
    full outer join customers
        on seen.customer_id = customers.customer_id
    left join session_totals
        on seen.customer_id = session_totals.customer_id
    left join order_totals
        on seen.customer_id = order_totals.customer_id
    left join money_totals
        on seen.customer_id = money_totals.customer_id

)

select * from described
