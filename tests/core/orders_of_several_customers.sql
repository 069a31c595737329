-- Several customers use one order id: it counts as one order, for the customer who bought first.
{{ config(severity='warn') }}

select
    'order ' || order_id || ' was placed by ' || cast(count(distinct customer_id) as string)
    || ' customers, such as ' || min(customer_id) || ' and ' || max(customer_id)
    || ': it counts once, for whoever bought first' as finding
from {{ ref('int_order_lines') }}
where event_type = 'purchase'
group by order_id
having count(distinct customer_id) > 1
