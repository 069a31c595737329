with seen as (

    select * from {{ ref('int_customer_activity') }}

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

excluded_customers as (

    select * from {{ ref('int_customers_excluded') }}

),

customers as (

    select * from {{ ref('int_customers_checked') }}
    where rejection_reason is null

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
        sum(revenue) as revenue,
        sum(refund_amount) as refund_amount,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at
    from orders
    group by customer_id

),

-- Money of an order counts for whoever placed it. A refund of an unknown order counts for
-- whoever got it
lone_refund_totals as (

    select
        order_lines.customer_id,
        sum(order_lines.refund_amount) as refund_amount
    from order_lines
    left join orders
        on order_lines.order_id = orders.order_id
    where
        order_lines.event_type = 'refund'
        and orders.order_id is null
    group by order_lines.customer_id

),

-- sources of offers say who bought, but not when
offers_taken as (

    select distinct customer_id
    from {{ ref('int_source_offers') }}
    where
        is_purchased
        and rejection_reason is null

),

listed as (

    select
        coalesce(seen.customer_id, customers.customer_id) as customer_id,
        customers.gender,
        customers.country,
        customers.state,
        customers.city,
        customers.age,
        customers.salary,
        coalesce(seen.event_count, 0) as event_count,
        -- a customer of the customers file is known, even without events
        coalesce(seen.is_identified, true) as is_identified,
        customers.signed_up_at,
        seen.first_seen_at,
        seen.last_seen_at
    from seen
    full outer join customers
        on seen.customer_id = customers.customer_id

),

totalled as (

    select
        listed.*,
        coalesce(session_totals.session_count, 0) as session_count,
        coalesce(order_totals.order_count, 0) as order_count,
        coalesce(order_totals.revenue, 0) as revenue,
        coalesce(order_totals.refund_amount, 0)
        + coalesce(lone_refund_totals.refund_amount, 0) as refund_amount,
        coalesce(order_totals.order_count, 0) > 0 or offers_taken.customer_id is not null
            as has_purchased,
        coalesce(excluded_customers.is_bot, false) as is_bot,
        excluded_customers.customer_id is not null as is_excluded,
        order_totals.first_ordered_at,
        order_totals.last_ordered_at
    from listed
    left join session_totals
        on listed.customer_id = session_totals.customer_id
    left join order_totals
        on listed.customer_id = order_totals.customer_id
    left join lone_refund_totals
        on listed.customer_id = lone_refund_totals.customer_id
    left join offers_taken
        on listed.customer_id = offers_taken.customer_id
    left join excluded_customers
        on listed.customer_id = excluded_customers.customer_id

),

described as (

    select
        customer_id,
        gender,
        country,
        state,
        city,
        age,
        salary,
        event_count,
        session_count,
        order_count,
        cast(revenue as decimal(18, 4)) as revenue,
        cast(refund_amount as decimal(18, 4)) as refund_amount,
        cast(revenue - refund_amount as decimal(18, 4)) as net_revenue,
        is_identified,
        has_purchased,
        is_bot,
        is_excluded,
        signed_up_at,
        first_seen_at,
        last_seen_at,
        first_ordered_at,
        last_ordered_at
    from totalled

)

select * from described
