-- Where do the buyers live? A row per state, then one per city, the largest first. All orders of a
-- customer count where the customer lives now.
{{- say_unanswered(
    ref('dim_customers'),
    'buyers whose place is known',
    "order_count > 0 and coalesce(country, state, city) is not null"
) }}
with located as (

    select
        orders.customer_id,
        orders.revenue,
        coalesce(customers.country, 'unknown') as country,
        coalesce(customers.state, 'unknown') as state,
        coalesce(customers.city, 'unknown') as city
    from {{ ref('fct_orders') }} as orders
    inner join {{ ref('dim_customers') }} as customers
        on orders.customer_id = customers.customer_id

),

places as (

    select
        'state' as place_type,
        customer_id,
        revenue,
        country,
        state,
        cast(null as string) as city
    from located

    union all

    select
        'city' as place_type,
        customer_id,
        revenue,
        country,
        state,
        city
    from located

)

select
    place_type,
    country,
    state,
    city,
    count(distinct customer_id) as buyers,
    count(*) as orders,
    sum(revenue) as revenue,
    cast(sum(revenue) as double) / sum(sum(revenue)) over (partition by place_type)
        as revenue_share,
    cast(sum(revenue) as double) / count(*) as average_order_value
from places
group by place_type, country, state, city
order by place_type desc nulls last, revenue desc nulls last, country asc, state asc, city asc
