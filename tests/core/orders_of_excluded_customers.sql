-- Warns when bots and listed customers have more than a hundredth of all money.
{{ config(severity='warn') }}

with excluded as (

    select
        customer_id,
        count(*) as order_count,
        sum(amount) as amount
    from {{ ref('uncounted_orders') }}
    where reason = 'excluded_customer'
    group by customer_id

),

counted as (

    select coalesce(sum(revenue), 0) as amount from {{ ref('fct_orders') }}

),

summed as (

    select
        count(*) as customer_count,
        sum(order_count) as order_count,
        sum(amount) as amount,
        max_by(customer_id, {{ sort_key(['amount', 'customer_id']) }}) as top_customer_id,
        max(amount) as top_amount
    from excluded

)

select
    {{ count_text('summed.order_count') }} || ' orders worth ' || {{ amount_text('summed.amount') }}
    || ' are not counted, since their ' || {{ count_text('summed.customer_count') }}
    || ' customers are bots or listed in seed excluded_customers, such as '
    || summed.top_customer_id || ' (' || {{ amount_text('summed.top_amount') }}
    || '); var bot_events_per_day says who is a bot, seed placeholder_ids which words name nobody'
        as finding
from summed
cross join counted
where summed.amount > (summed.amount + counted.amount) / 100
