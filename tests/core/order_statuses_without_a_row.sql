-- Orders with a status that the seed does not know count as purchases; this lists the statuses.
{{ config(severity='warn') }}

select
    'order status ' || orders.status || ' (' || cast(count(*) as string)
    || ' orders) has no row in seeds/config/order_statuses.csv: these orders count as purchases'
        as finding
from {{ ref('int_orders_checked') }} as orders
left join {{ ref('order_statuses') }} as order_statuses
    on lower(trim(orders.status)) = lower(trim(order_statuses.status))
where
    orders.rejection_reason is null
    and orders.status is not null
    and order_statuses.status is null
group by orders.status
