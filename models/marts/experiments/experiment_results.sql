with results as (

    select * from {{ ref('py_experiment_results') }}

),

health as (

    select
        experiment_id,
        max(case when has_srm then 1 else 0 end) = 1 as has_srm
    from {{ ref('experiment_health') }}
    group by experiment_id

),

typed as (

    select
        cast(results.experiment_id as string) as experiment_id,
        cast(results.metric_id as string) as metric_id,
        cast(results.control_group as string) as control_group,
        cast(results.treatment_group as string) as treatment_group,
        cast(results.adjustment as string) as adjustment,
        -- the groups are not split as planned, so they cannot be compared, whatever the test says
        cast(
            case when health.has_srm then 'invalid_split' else results.verdict end as string
        ) as verdict,
        cast(results.control_customers as bigint) as control_customers,
        cast(results.treatment_customers as bigint) as treatment_customers,
        cast(results.control_mean as double) as control_mean,
        cast(results.treatment_mean as double) as treatment_mean,
        cast(results.effect_absolute as double) as effect_absolute,
        cast(results.effect_absolute_low as double) as effect_absolute_low,
        cast(results.effect_absolute_high as double) as effect_absolute_high,
        cast(results.effect_relative as double) as effect_relative,
        cast(results.effect_relative_low as double) as effect_relative_low,
        cast(results.effect_relative_high as double) as effect_relative_high,
        cast(results.p_value as double) as p_value,
        cast(results.p_value_adjusted as double) as p_value_adjusted,
        cast(results.degrees_of_freedom as double) as degrees_of_freedom,
        cast(results.confidence as double) as confidence
    from results
    left join health
        on results.experiment_id = health.experiment_id

)

select * from typed
