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
summed as (

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

)

select * from summed
