-- One order id used by several customers is one order, of whoever bought first.
{{ config(severity='warn') }}

select
    'order ' || order_id || ' was placed by ' || cast(count(distinct customer_id) as string)
    || ' customers, such as ' || min(customer_id) || ' and ' || max(customer_id)
    || ': it counts once, for whoever bought first' as finding
from {{ ref('int_order_lines') }}
where event_type = 'purchase'
group by order_id
having count(distinct customer_id) > 1
