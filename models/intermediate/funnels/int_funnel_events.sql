{{ config(materialized='view') }}

{#- Events that are a step of a funnel, once for all customers and once per experiment group. -#}
with events as (

    select * from {{ ref('fct_events') }}
    where not is_excluded

),

funnel_steps as (

    select * from {{ ref('funnel_steps') }}

),

exposures as (

    select * from {{ ref('fct_experiment_exposures') }}
    where not is_crossover

),

periods as (

    select * from {{ ref('int_experiment_periods') }}

),

-- where an event type stands in a funnel, so that equal times convert in the useful order
types_ranked as (

    select
        funnel_id,
        event_type,
        min(step_number) as type_rank
    from funnel_steps
    group by funnel_id, event_type

),

step_events as (

    select
        funnel_steps.funnel_id,
        events.customer_id,
        events.event_id,
        funnel_steps.step_number,
        types_ranked.type_rank,
        funnel_steps.window_days,
        events.event_at
    from events
    inner join funnel_steps
        on events.event_type = funnel_steps.event_type
    inner join types_ranked
        on
            funnel_steps.funnel_id = types_ranked.funnel_id
            and funnel_steps.event_type = types_ranked.event_type

),

broken_down as (

    select
        'all' as breakdown,
        'all' as breakdown_value,
        cast(null as string) as experiment_id,
        funnel_id,
        customer_id,
        event_id,
        step_number,
        type_rank,
        window_days,
        event_at
    from step_events

    union all

    select
        'experiment_group' as breakdown,
        exposures.experiment_group as breakdown_value,
        exposures.experiment_id,
        step_events.funnel_id,
        step_events.customer_id,
        step_events.event_id,
        step_events.step_number,
        step_events.type_rank,
        step_events.window_days,
        step_events.event_at
    from step_events
    inner join exposures
        on
            step_events.customer_id = exposures.customer_id
            and step_events.event_at >= exposures.first_exposed_at
    inner join periods
        on
            exposures.experiment_id = periods.experiment_id
            and step_events.event_at <= periods.ended_at

)

select * from broken_down
