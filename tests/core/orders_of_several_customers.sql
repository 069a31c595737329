-- One order id used by several customers is one order, of whoever bought first.
{{ config(severity='warn') }}

select
    order_id,
    count(distinct customer_id) as customer_count
from {{ ref('int_order_lines') }}
where event_type = 'purchase'
group by order_id
having count(distinct customer_id) > 1
