-- Rows refused because their amount is negative and no rule says that it is a refund or a discount.
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
