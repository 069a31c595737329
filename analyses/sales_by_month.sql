-- How do sales develop? The first and the last month may be incomplete.
{{- say_unanswered(ref('fct_orders'), 'orders with times') }}
select
    cast({{ dbt.date_trunc('month', 'order_date') }} as date) as order_month,
    count(*) as orders,
    count(distinct customer_id) as buyers,
    sum(case when is_first_order then 1 else 0 end) as new_buyers,
    sum(item_count) as items,
    sum(revenue) as revenue,
    sum(net_revenue) as net_revenue,
    cast(sum(revenue) as double) / count(*) as average_order_value
from {{ ref('fct_orders') }}
group by cast({{ dbt.date_trunc('month', 'order_date') }} as date)
order by order_month asc nulls last
