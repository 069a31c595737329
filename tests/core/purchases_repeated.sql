-- Orders whose lines came again later, as from a confirmation page that was loaded again; their
-- repeats are events of type repeated_purchase, without money. Var order_repeat_seconds says from
-- when on.
{{ config(severity='warn') }}

select
    {{ count_text('count(*)') }} || ' lines of ' || {{ count_text('count(distinct order_id)') }}
    || ' orders came again later, such as of order ' || min(order_id) || ': '
    || {{ amount_text('sum(coalesce(unit_price, 0) * quantity)') }}
    || ' are not counted again; var order_repeat_seconds ({{ var("order_repeat_seconds") }}) '
    || 'says from when on' as finding
from {{ ref('fct_events') }}
where event_type = 'repeated_purchase'
having count(*) > 0
