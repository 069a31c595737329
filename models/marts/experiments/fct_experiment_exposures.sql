{{ config(post_hook="{{ record_run() }}") }}

with events as (

    select
        *,
        {{ event_position() }} as event_position
    from {{ ref('fct_events') }}
    where
        experiment_group is not null
        and not is_excluded

),

experiments as (

    select * from {{ ref('experiments') }}

),

-- leave out events outside the time that the seed gives for the experiment
events_in_time as (

    select events.*
    from events
    left join experiments
        on events.experiment_id = experiments.experiment_id
    where
        events.event_at >= coalesce(experiments.started_at, events.event_at)
        and events.event_at <= coalesce(experiments.ended_at, events.event_at)

),

seen_groups as (

    select
        experiment_id,
        customer_id,
        {{ first_value_of('experiment_group') }} as experiment_group,
        {{ first_value_of('event_type') }} as exposure_event_type,
        min(experiment_group) <> max(experiment_group) as is_crossover,
        min(event_type) <> max(event_type) as has_other_events,
        min(event_at) as first_exposed_at,
        max(event_at) as last_exposed_at
    from events_in_time
    group by experiment_id, customer_id

)

select * from seen_groups
