-- Which sellers of a marketplace sell most, and are their customers content? Needs a seller_id in
-- fct_events.extra, which source olist carries; others carry it with `extra_columns: [seller_id]`.
{{- say_unanswered(
    ref('fct_events'),
    'purchases with a seller_id',
    "event_type = 'purchase' and " ~ extra_value('seller_id') ~ " is not null"
) }}
with purchases as (

    select
        order_id,
        {{ extra_value('seller_id') }} as seller_id,
        sum(quantity) as items,
        sum(revenue) as revenue
    from {{ ref('fct_events') }}
    where
        event_type = 'purchase'
        and not is_excluded
    group by order_id, {{ extra_value('seller_id') }}

)

select
    purchases.seller_id,
    count(*) as orders,
    sum(purchases.items) as items,
    sum(purchases.revenue) as revenue,
    avg(orders.review_score) as mean_review_score,
    avg(case when orders.is_late then 1.0 when not orders.is_late then 0.0 end) as late_rate
from purchases
left join {{ ref('fct_orders') }} as orders
    on purchases.order_id = orders.order_id
where purchases.seller_id is not null
group by purchases.seller_id
order by revenue desc nulls last, purchases.seller_id asc
