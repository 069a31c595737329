-- A purchase whose price neither the event nor the catalogue knows counts as 0 revenue.
{{ config(severity='warn') }}

select
    cast(count(*) as string) || ' purchases of '
    || coalesce('product ' || product_id, 'no product')
    || ' have no price, neither in the event nor in the products file: they count as 0' as finding
from {{ ref('fct_events') }}
where
    event_type = 'purchase'
    and unit_price is null
group by product_id
