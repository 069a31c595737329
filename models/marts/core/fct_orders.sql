with lines as (

    select
        *,
        {{ event_position() }} as event_position
    from {{ ref('int_order_lines') }}

),

purchases as (

    select
        order_id,
        {{ first_value_of('customer_id') }} as customer_id,
        {{ first_value_of('session_id') }} as session_id,
        sum(quantity) as item_count,
        count(*) as line_count,
        sum(revenue) as revenue,
        min(event_at) as ordered_at
    from lines
    where event_type = 'purchase'
    group by order_id

),

refunds as (

    select
        order_id,
        sum(refund_amount) as refund_amount
    from lines
    where
        event_type = 'refund'
        and order_id is not null
    group by order_id

),

numbered as (

    select
        purchases.order_id,
        purchases.customer_id,
        purchases.session_id,
        row_number() over (
            partition by purchases.customer_id
            order by purchases.ordered_at, purchases.order_id
        ) as order_number,
        cast(purchases.item_count as bigint) as item_count,
        purchases.line_count,
        cast(purchases.revenue as decimal(18, 4)) as revenue,
        cast(coalesce(refunds.refund_amount, 0) as decimal(18, 4)) as refund_amount,
        cast(
            purchases.revenue - coalesce(refunds.refund_amount, 0) as decimal(18, 4)
        ) as net_revenue,
        {{ reporting_date('purchases.ordered_at') }} as order_date,
        purchases.ordered_at
    from purchases
    left join refunds
        on purchases.order_id = refunds.order_id

),

flagged as (

    select
        order_id,
        customer_id,
        session_id,
        order_number,
        item_count,
        line_count,
        revenue,
        refund_amount,
        net_revenue,
        order_number = 1 as is_first_order,
        order_date,
        ordered_at
    from numbered

)

select * from flagged
