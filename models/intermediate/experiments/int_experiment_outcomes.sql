with exposures as (

    select * from {{ ref('fct_experiment_exposures') }}
    where not is_crossover

),

periods as (

    select * from {{ ref('int_experiment_periods') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

-- an order counts from the customer's first exposure to the experiment's end
outcomes as (

    select
        exposures.experiment_id,
        exposures.customer_id,
        exposures.experiment_group,
        count(orders.order_id) as order_count,
        coalesce(sum(orders.revenue), 0) as revenue
    from exposures
    inner join periods
        on exposures.experiment_id = periods.experiment_id
    left join orders
        on
            exposures.customer_id = orders.customer_id
            and exposures.first_exposed_at <= orders.ordered_at
            and periods.ended_at >= orders.ordered_at
    group by exposures.experiment_id, exposures.customer_id, exposures.experiment_group

),

-- one row per metric: a new metric is one more branch here and its row in experiment_metrics.csv
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
