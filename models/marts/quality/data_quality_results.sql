with results as (

    select * from {{ ref('py_data_quality_results') }}

),

typed as (

    select
        cast(suite as string) as suite,
        cast(dimension as string) as dimension,
        cast(expectation as string) as expectation,
        cast(column_name as string) as column_name,
        cast(arguments as string) as arguments,
        cast(severity as string) as severity,
        cast(reason as string) as reason,
        cast(observed as string) as observed,
        cast(checked_rows as bigint) as checked_rows,
        cast(success as boolean) as success
    from results

)

select * from typed
