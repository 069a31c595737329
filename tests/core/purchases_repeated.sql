-- Orders whose lines came again later, as from a confirmation page that was loaded again; their repeats
-- are events of type repeated_purchase, without money. Var order_repeat_seconds says from when on.
{{ config(severity='warn') }}

select
    count(*) as lines_repeated,
    count(distinct order_id) as orders_affected,
    sum(coalesce(unit_price, 0) * quantity) as amount_left_out,
    min(order_id) as example_order
from {{ ref('fct_events') }}
where event_type = 'repeated_purchase'
having count(*) > 0
