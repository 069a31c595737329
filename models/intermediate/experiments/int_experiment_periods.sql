with exposures as (

    select * from {{ ref('fct_experiment_exposures') }}
    where not is_crossover

),

-- the last event seen under any arm ends an experiment: what happens later, it did not cause
periods as (

    select
        experiment_id,
        min(first_exposed_at) as started_at,
        max(last_exposed_at) as ended_at
    from exposures
    group by experiment_id

)

select * from periods
