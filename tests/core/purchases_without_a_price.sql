-- A purchase whose price neither the event nor the catalogue knows counts as 0 revenue.
{{ config(severity='warn') }}

select
    product_id,
    count(*) as purchase_count
from {{ ref('fct_events') }}
where
    event_type = 'purchase'
    and unit_price is null
group by product_id
