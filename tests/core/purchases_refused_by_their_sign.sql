-- A negative amount that no rule takes for a refund or a discount is money left out.
{{ config(severity='warn') }}

select
    counted.event_class,
    counted.rejection_reason,
    counted.row_count as rows_refused,
    counted.amount as amount_refused,
    counted.example_source_file || ':' || cast(counted.example_source_row as string) as example_at,
    counted.example_value,
    advice.advice as what_to_do
from {{ ref('int_events_counted') }} as counted
left join {{ ref('rejection_advice') }} as advice
    on counted.rejection_reason = advice.rejection_reason
where
    counted.rejection_reason in ('negative_price', 'quantity_not_positive')
    and counted.amount > 0
