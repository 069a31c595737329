with health as (

    select * from {{ ref('py_experiment_health') }}

),

typed as (

    select
        cast(experiment_id as string) as experiment_id,
        cast(experiment_group as string) as experiment_group,
        cast(customers as bigint) as customers,
        cast(crossover_customers as bigint) as crossover_customers,
        cast(expected_share as double) as expected_share,
        cast(observed_share as double) as observed_share,
        cast(chi_square as double) as chi_square,
        cast(degrees_of_freedom as int) as degrees_of_freedom,
        cast(srm_p_value as double) as srm_p_value,
        cast(is_configured as boolean) as is_configured,
        cast(has_srm as boolean) as has_srm
    from health

)

select * from typed
