with performance as (

    select * from {{ ref('py_model_performance') }}

),

typed as (

    select
        cast(model_name as string) as model_name,
        cast(split as string) as split,
        cast(metric as string) as metric,
        cast(baseline_name as string) as baseline_name,
        cast(customers as bigint) as customers,
        cast(value as double) as value,
        cast(value_low as double) as value_low,
        cast(value_high as double) as value_high,
        cast(baseline_value as double) as baseline_value
    from performance

)

select * from typed
