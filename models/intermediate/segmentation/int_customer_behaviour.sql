with customers as (

    select * from {{ ref('dim_customers') }}
    where
        is_identified
        and not is_excluded
        and last_seen_at is not null

),

sessions as (

    select * from {{ ref('fct_sessions') }}

),

clock as (

    select * from {{ ref('int_as_of') }}

),

session_totals as (

    select
        customer_id,
        count(distinct session_date) as active_days,
        sum(view_count) as view_count,
        sum(add_to_cart_count) as add_to_cart_count
    from sessions
    group by customer_id

),

measured as (

    select
        customers.customer_id,
        customers.session_count,
        coalesce(session_totals.active_days, 0) as active_days,
        cast(coalesce(session_totals.view_count, 0) as bigint) as view_count,
        cast(coalesce(session_totals.add_to_cart_count, 0) as bigint) as add_to_cart_count,
        customers.order_count,
        greatest(customers.net_revenue, cast(0 as decimal(18, 4))) as net_revenue,
        cast(
            coalesce(cast(customers.revenue as double) / nullif(customers.order_count, 0), 0)
            as decimal(18, 4)
        ) as average_order_value,
        greatest(
            {{ days_between('customers.last_seen_at', 'clock.as_of') }}
            - {{ dbt.datediff('clock.recency_date', reporting_date('clock.as_of'), 'day') }},
            0
        ) as recency_days,
        greatest(
            {{ days_between(
                'customers.first_seen_at', 'least(customers.last_seen_at, clock.as_of)'
            ) }},
            0
        ) as active_span_days
    from customers
    cross join clock
    left join session_totals
        on customers.customer_id = session_totals.customer_id

)

select * from measured
