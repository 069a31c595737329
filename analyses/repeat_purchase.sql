-- How many buyers come back, and how soon?
{{- say_unanswered(ref('fct_orders'), 'orders with times') }}
with orders as (

    select
        customer_id,
        order_number,
        net_revenue,
        ordered_at,
        lead(ordered_at) over (partition by customer_id order by order_number) as next_ordered_at
    from {{ ref('fct_orders') }}

)

select
    order_number,
    count(*) as customers,
    avg(case when next_ordered_at is not null then 1.0 else 0.0 end) as repeat_rate,
    median({{ days_between('ordered_at', 'next_ordered_at') }}) as median_days_to_next_order,
    avg(net_revenue) as mean_net_revenue
from orders
group by order_number
order by order_number asc nulls last
