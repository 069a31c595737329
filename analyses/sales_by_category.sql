-- Which categories sell? Bots and test customers left out.
{{- say_unanswered(
    ref('fct_events'),
    'purchases with a category',
    "event_type = 'purchase' and category is not null"
) }}
with purchases as (

    select
        customer_id,
        product_id,
        coalesce(category, 'unknown') as category,
        quantity,
        revenue
    from {{ ref('fct_events') }}
    where
        event_type = 'purchase'
        and not is_excluded

)

select
    category,
    count(distinct customer_id) as buyers,
    count(distinct product_id) as products,
    sum(quantity) as items,
    sum(revenue) as revenue,
    cast(sum(revenue) as double) / sum(sum(revenue)) over () as revenue_share,
    cast(sum(revenue) as double) / sum(quantity) as average_price
from purchases
group by category
order by revenue desc nulls last, category asc
