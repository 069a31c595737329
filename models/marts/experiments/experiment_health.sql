with health as (

    select * from {{ ref('py_experiment_health') }}

),

-- the seed may list experiments that this shop has not run
periods as (

    select * from {{ ref('int_experiment_periods') }}

),

typed as (

    select
        cast(health.experiment_id as string) as experiment_id,
        cast(health.experiment_group as string) as experiment_group,
        cast(health.customers as bigint) as customers,
        cast(health.crossover_customers as bigint) as crossover_customers,
        cast(health.expected_share as double) as expected_share,
        cast(health.observed_share as double) as observed_share,
        cast(health.chi_square as double) as chi_square,
        cast(health.degrees_of_freedom as int) as degrees_of_freedom,
        cast(health.srm_p_value as double) as srm_p_value,
        cast(health.is_configured as boolean) as is_configured,
        cast(health.has_srm as boolean) as has_srm
    from health
    inner join periods
        on health.experiment_id = periods.experiment_id

)

select * from typed
