with outcomes as (

    select * from {{ ref('int_experiment_customers') }}

),

-- a new metric is one more branch here and its row in experiment_metrics.csv
by_metric as (

    select
        experiment_id,
        customer_id,
        experiment_group,
        'customer_conversion' as metric_id,
        cast(case when order_count > 0 then 1 else 0 end as decimal(18, 4)) as metric_value
    from outcomes

    union all

    select
        experiment_id,
        customer_id,
        experiment_group,
        'orders_per_customer' as metric_id,
        cast(order_count as decimal(18, 4)) as metric_value
    from outcomes

    union all

    select
        experiment_id,
        customer_id,
        experiment_group,
        'revenue_per_customer' as metric_id,
        cast(revenue as decimal(18, 4)) as metric_value
    from outcomes

)

select * from by_metric
