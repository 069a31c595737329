-- How do customers pay, and how does that change? An order paid in several ways counts, with all
-- that was paid for it, as the way that paid most.
{{- say_unanswered(
    ref('fct_orders'),
    'ways of payment, which come from an orders file',
    "payment_type is not null"
) }}
with paid_orders as (

    select
        cast({{ dbt.date_trunc('month', 'order_date') }} as date) as order_month,
        payment_type,
        paid_amount
    from {{ ref('fct_orders') }}
    where payment_type is not null

)

select
    order_month,
    payment_type,
    count(*) as orders,
    cast(count(*) as double) / sum(count(*)) over (partition by order_month) as order_share,
    sum(paid_amount) as paid_amount,
    cast(sum(paid_amount) as double) / count(*) as mean_paid_amount
from paid_orders
group by order_month, payment_type
order by order_month asc nulls last, orders desc nulls last, payment_type asc
