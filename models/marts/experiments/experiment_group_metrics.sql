with outcomes as (

    select * from {{ ref('int_experiment_outcomes') }}

),

metrics as (

    select * from {{ ref('experiment_metrics') }}

),

-- decimal sums are exact: the result does not depend on the number of threads
summed as (

    select
        outcomes.experiment_id,
        outcomes.metric_id,
        outcomes.experiment_group,
        metrics.metric_name,
        metrics.higher_is_better,
        count(*) as customers,
        cast(sum(outcomes.metric_value) as double) as metric_sum,
        cast(sum(outcomes.metric_value * outcomes.metric_value) as double) as metric_sum_of_squares
    from outcomes
    inner join metrics
        on outcomes.metric_id = metrics.metric_id
    group by
        outcomes.experiment_id,
        outcomes.metric_id,
        outcomes.experiment_group,
        metrics.metric_name,
        metrics.higher_is_better

),

-- what a Welch test needs to know about a group
summarised as (

    select
        experiment_id,
        metric_id,
        experiment_group,
        metric_name,
        customers,
        metric_sum,
        metric_sum_of_squares,
        metric_sum / customers as mean,
        case
            when customers > 1
                then greatest(
                    (metric_sum_of_squares - metric_sum * metric_sum / customers)
                    / (customers - 1),
                    0
                )
        end as variance,
        higher_is_better
    from summed

)

select * from summarised
