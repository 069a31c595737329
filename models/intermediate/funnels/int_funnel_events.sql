{{ config(materialized='view') }}

with funnel_steps as (

    select * from {{ ref('funnel_steps') }}

),

exposures as (

    select * from {{ ref('fct_experiment_exposures') }}
    where not is_crossover

),

periods as (

    select * from {{ ref('int_experiment_periods') }}

),

-- the earliest step of an event type: events at the same time count in the order of the funnel
types_ranked as (

    select
        funnel_id,
        event_type,
        min(step_number) as type_rank
    from funnel_steps
    group by funnel_id, event_type

),

{% for breakdown in ['all', 'experiment_group'] -%}
{{ breakdown }}_events as (

    select
        funnel_steps.funnel_id,
        {% if breakdown == 'all' -%}
        '' as experiment_id,
        cast(null as string) as experiment_group,
        {%- else -%}
        exposures.experiment_id,
        exposures.experiment_group,
        {%- endif %}
        events.customer_id,
        events.event_id,
        funnel_steps.step_number,
        types_ranked.type_rank,
        funnel_steps.window_days,
        events.event_at
    from {{ ref('fct_events') }} as events
    inner join funnel_steps
        on events.event_type = funnel_steps.event_type
    inner join types_ranked
        on
            funnel_steps.funnel_id = types_ranked.funnel_id
            and funnel_steps.event_type = types_ranked.event_type
    {% if breakdown == 'experiment_group' -%}
    inner join exposures
        on
            events.customer_id = exposures.customer_id
            and events.event_at >= exposures.first_exposed_at
    inner join periods
        on
            exposures.experiment_id = periods.experiment_id
            and events.event_at <= periods.ended_at
    {% endif -%}
    where not events.is_excluded

),

{% endfor -%}
broken_down as (

    select * from all_events
    union all
    select * from experiment_group_events

)

select * from broken_down
