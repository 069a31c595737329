{#- The only way from base to staging: building it fails when a critical expectation failed. -#}
with results as (

    select * from {{ ref('data_quality_results') }}

),

failed as (

    select
        {{ dbt.listagg(
            "suite || ': ' || expectation || ' on ' || coalesce(column_name, 'the table') || ' (observed ' || coalesce(observed, 'nothing') || ')'",
            "'; '",
            "order by suite, expectation, column_name"
        ) }} as failures,
        count(*) as failed_count
    from results
    where
        severity = 'critical'
        and not success

),

judged as (

    select
        {{ raise_when(
            "failed_count > 0",
            "'Footfall: the raw data failed ' || failed_count || ' critical expectation(s): ' || failures || '. Mend the files, or edit seeds/config/expectations.csv.'"
        ) }} as verdict,
        failed_count
    from failed

)

select
    coalesce(verdict, 'passed') as verdict,
    failed_count
from judged
