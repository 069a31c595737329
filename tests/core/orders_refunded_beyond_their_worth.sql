-- Refunds of an order exceed its revenue: a refund was sent twice, or belongs to another order.
{{ config(severity='warn') }}

select
    {{ count_text('count(*)') }} || ' orders were refunded more than they brought, '
    || {{ amount_text('sum(refund_amount - revenue)') }} || ' more in all, such as order '
    || max_by(order_id, {{ sort_key(['refund_amount - revenue', 'order_id']) }})
    || '; see whether refunds were sent twice' as finding
from {{ ref('fct_orders') }}
where refund_amount > revenue
having count(*) > 0
