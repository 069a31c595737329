with results as (

    {{ python_results('data_quality_results', {
        'suite': 'string',
        'expectation': 'string',
        'column_name': 'string',
        'severity': 'string',
        'observed': 'string',
        'success': 'boolean',
    }) }}

),

-- for a failed expectation, how many rows break it, and file and line of the first
examples as (

    {{ failure_examples() }}

),

checked as (

    select count(*) as checked_count from results

),

failed as (

    select
        {{ dbt.listagg(
            "results.suite || ': ' || coalesce(examples.example || ' - ', '') || results.expectation || ' on ' || coalesce(results.column_name, 'the table') || ' (observed ' || coalesce(results.observed, 'nothing') || ')'",
            "'; '",
            "order by case when examples.example is null then 1 else 0 end, results.suite, results.expectation, results.column_name"
        ) }} as failures,
        count(*) as failed_count
    from results
    left join examples
        on
            results.suite = examples.suite
            and results.column_name = examples.column_name
    where
        results.severity = 'critical'
        and not results.success

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

-- Spark runs no expectations, so nothing has passed there: `make spark-score` runs them
select
    case
        when judged.verdict is not null then judged.verdict
        when checked.checked_count = 0 then 'unchecked'
        else 'passed'
    end as verdict,
    judged.failed_count
from judged
cross join checked
