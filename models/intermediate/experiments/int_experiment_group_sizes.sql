with exposures as (

    select * from {{ ref('fct_experiment_exposures') }}

),

counted as (

    select
        experiment_id,
        experiment_group,
        sum(case when is_crossover then 0 else 1 end) as customers,
        sum(case when is_crossover then 1 else 0 end) as crossover_customers
    from exposures
    group by experiment_id, experiment_group

)

select * from counted
