-- How much is an order worth, how often does a buyer order, and how many come back? One row;
-- repeat_purchase tells the same per order number.
{{- say_unanswered(ref('fct_orders'), 'orders with times') }}
with buyers as (

    select
        customer_id,
        count(*) as orders,
        sum(revenue) as revenue
    from {{ ref('fct_orders') }}
    group by customer_id

),

buyers_summed as (

    select
        count(*) as buyers,
        sum(orders) as orders,
        sum(revenue) as revenue,
        avg(case when orders > 1 then 1.0 else 0.0 end) as repeat_rate
    from buyers

),

orders_summed as (

    select
        avg(item_count) as items_per_order,
        median(revenue) as median_order_value
    from {{ ref('fct_orders') }}

)

select
    buyers_summed.buyers,
    buyers_summed.orders,
    buyers_summed.revenue,
    cast(buyers_summed.orders as double) / buyers_summed.buyers as orders_per_buyer,
    buyers_summed.repeat_rate,
    cast(buyers_summed.revenue as double) / buyers_summed.orders as average_order_value,
    orders_summed.median_order_value,
    orders_summed.items_per_order,
    cast(buyers_summed.revenue as double) / buyers_summed.buyers as revenue_per_buyer
from buyers_summed
cross join orders_summed
