with lines as (

    select
        *,
        {{ event_position() }} as event_position
    from {{ ref('int_order_lines') }}

),

-- Discounts lower the revenue of an order. Without a purchase they make no order
purchases as (

    select
        order_id,
        {{ first_value_of('customer_id') }} as customer_id,
        {{ first_value_of('session_id') }} as session_id,
        sum(case when event_type = 'purchase' then quantity end) as item_count,
        sum(case when event_type = 'purchase' then 1 else 0 end) as line_count,
        sum(revenue) as revenue,
        min(event_at) as ordered_at
    from lines
    where event_type in ('purchase', 'order_discount')
    group by order_id
    having max(event_type) = 'purchase'

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

-- status, payment, delivery and review, where the source has an orders file
attributes as (

    select * from {{ ref('int_orders_checked') }}
    where rejection_reason is null

),

numbered as (

    select
        purchases.order_id,
        purchases.customer_id,
        purchases.session_id,
        attributes.status,
        attributes.payment_type,
        cast(
            row_number() over (
                partition by purchases.customer_id
                order by purchases.ordered_at, purchases.order_id
            ) as bigint
        ) as order_number,
        cast(purchases.item_count as bigint) as item_count,
        cast(purchases.line_count as bigint) as line_count,
        cast(purchases.revenue as decimal(18, 4)) as revenue,
        cast(coalesce(refunds.refund_amount, 0) as decimal(18, 4)) as refund_amount,
        cast(
            purchases.revenue - coalesce(refunds.refund_amount, 0) as decimal(18, 4)
        ) as net_revenue,
        attributes.shipping_amount,
        attributes.tax_amount,
        attributes.discount_amount,
        attributes.paid_amount,
        attributes.review_score,
        {{ days_between('purchases.ordered_at', 'attributes.delivered_at') }} as delivery_days,
        {{ dbt.datediff(
            reporting_date('attributes.estimated_delivery_at'),
            reporting_date('attributes.delivered_at'),
            'day'
        ) }} as delivery_delay_days,
        {{ reporting_date('purchases.ordered_at') }} as order_date,
        purchases.ordered_at,
        attributes.delivered_at,
        attributes.estimated_delivery_at
    from purchases
    left join attributes
        on purchases.order_id = attributes.order_id
    left join refunds
        on purchases.order_id = refunds.order_id

),

flagged as (

    select
        order_id,
        customer_id,
        session_id,
        status,
        payment_type,
        order_number,
        item_count,
        line_count,
        revenue,
        refund_amount,
        net_revenue,
        shipping_amount,
        tax_amount,
        discount_amount,
        paid_amount,
        review_score,
        delivery_days,
        cast(delivery_delay_days as bigint) as delivery_delay_days,
        order_number = 1 as is_first_order,
        delivery_delay_days > 0 as is_late,
        order_date,
        ordered_at,
        delivered_at,
        estimated_delivery_at
    from numbered

)

select * from flagged
