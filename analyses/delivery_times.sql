-- How long do deliveries take, how many come later than promised, and what does that do to reviews?
-- Once in all, by month of the order and by state of the customer; delivered orders only.
{{- say_unanswered(
    ref('fct_orders'),
    'times of delivery, which come from an orders file',
    "delivered_at is not null"
) }}
with delivered as (

    select
        orders.delivery_days,
        orders.delivery_delay_days,
        orders.review_score,
        orders.is_late,
        cast({{ dbt.date_trunc('month', 'orders.order_date') }} as date) as order_month,
        coalesce(customers.state, 'unknown') as state
    from {{ ref('fct_orders') }} as orders
    inner join {{ ref('dim_customers') }} as customers
        on orders.customer_id = customers.customer_id
    where orders.delivered_at is not null

),

broken_down as (

    select
        'all' as breakdown,
        'all' as breakdown_value,
        *
    from delivered

    union all

    select
        'month' as breakdown,
        cast(order_month as string) as breakdown_value,
        *
    from delivered

    union all

    select
        'state' as breakdown,
        state as breakdown_value,
        *
    from delivered

)

select
    breakdown,
    breakdown_value,
    count(*) as orders,
    avg(delivery_days) as mean_delivery_days,
    median(delivery_days) as median_delivery_days,
    -- negative: earlier than promised
    avg(delivery_delay_days) as mean_delay_days,
    avg(case when is_late then 1.0 when not is_late then 0.0 end) as late_rate,
    avg(case when not is_late then review_score end) as mean_review_score_on_time,
    avg(case when is_late then review_score end) as mean_review_score_late
from broken_down
group by breakdown, breakdown_value
order by breakdown asc nulls last, breakdown_value asc nulls last
