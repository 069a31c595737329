-- A negative amount that no rule takes for a refund or a discount is money left out.
{{ config(severity='warn') }}

select
    {{ count_text('counted.row_count') }} || ' ' || counted.event_class || ' rows worth '
    || {{ amount_text('counted.amount') }} || ' were refused as ' || counted.rejection_reason
    || {{ example_text('counted') }}
    || coalesce('; ' || counted.advice, '') as finding
from {{ ref('int_events_counted') }} as counted
where
    counted.rejection_reason in ('negative_price', 'quantity_not_positive')
    and counted.amount > 0
