with customers as (

    select * from {{ ref('customer_rfm') }}

),

grid as (

    select rfm_segment from {{ ref('rfm_segments_grid') }}
    {%- if not var('rfm_includes_guests') %}
    union
    select 'Guests' as rfm_segment
    {%- endif %}

),

summarised as (

    select
        grid.rfm_segment,
        count(customers.customer_id) as customers,
        cast(sum(customers.recency_days) as double) / nullif(count(customers.customer_id), 0)
            as mean_recency_days,
        cast(sum(customers.frequency) as double) / nullif(count(customers.customer_id), 0)
            as mean_frequency,
        cast(coalesce(sum(customers.monetary), 0) as decimal(18, 4)) as monetary
    from grid
    left join customers
        on grid.rfm_segment = customers.rfm_segment
    group by grid.rfm_segment

),

shared as (

    select
        rfm_segment,
        customers,
        cast(customers as double) / nullif(sum(customers) over (), 0) as customer_share,
        mean_recency_days,
        mean_frequency,
        monetary,
        cast(cast(monetary as double) / nullif(cast(sum(monetary) over () as double), 0) as double)
            as monetary_share
    from summarised

)

select * from shared
