-- Discounts and negative lines without effect, because nothing was bought in their order.
{{ config(severity='warn') }}

select
    {{ count_text('count(*)') }} || ' discounts worth ' || {{ amount_text('-sum(amount)') }}
    || ' lower no order, since nothing was bought under their order id, such as ' || min(order_id)
    || '; give them the order id of the purchase' as finding
from {{ ref('uncounted_orders') }}
where reason = 'only_discounts'
having count(*) > 0
