{{ config(post_hook="{{ record_run() }}") }}

with exposures as (

    select * from {{ ref('fct_experiment_exposures') }}
    where not is_crossover

),

experiments as (

    select * from {{ ref('experiments') }}

),

clock as (

    select as_of from {{ ref('int_as_of') }}

),

summarised as (

    select
        experiment_id,
        min(first_exposed_at) as first_exposed_at,
        max(last_exposed_at) as last_exposed_at,
        min(exposure_event_type) = max(exposure_event_type)
        and max(case when has_other_events then 1 else 0 end) = 0 as is_exposure_log
    from exposures
    group by experiment_id

),

-- The last event under any arm ends an experiment: it did not cause what happens later. If only
-- exposures name the arm, as in a log of exposures, the last exposure does not end it
periods as (

    select
        summarised.experiment_id,
        coalesce(experiments.started_at, summarised.first_exposed_at) as started_at,
        coalesce(
            experiments.ended_at,
            case
                when summarised.is_exposure_log then clock.as_of
                else least(summarised.last_exposed_at, clock.as_of)
            end
        ) as ended_at
    from summarised
    cross join clock
    left join experiments
        on summarised.experiment_id = experiments.experiment_id

)

select * from periods
