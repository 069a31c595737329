{#-
    For an event of step k, the best attempt is the one with the latest step 1, because it has most of its
    window left. That is the attempt of the latest reached step k-1 before the event. So each step is one
    running window over ever fewer events, and no event is joined to another event.
    The end of an experiment moves with its last event. Customers with events between the old and the new end
    are computed again, as are customers who changed.
-#}
{{ config(
    materialized='incremental',
    meta={'follows': 'customers'},
    pre_hook="{{ forget_changed_attempts() }}",
    post_hook=["{{ move_experiment_ends() }}", "{{ record_run() }}"],
) }}
-- depends_on: {{ ref('int_customer_versions') }}
{%- set steps = range(1, 7) -%}
{#- without crossovers, a customer has one group per experiment #}
{%- set keys = 'funnel_id, experiment_id, customer_id' -%}
{#- DuckDB keeps a CTE that is read twice in memory: changed customers fit there, all may not #}
{%- set readings = ['funnel_events'] if is_incremental() else ['first_reading', 'second_reading'] %}
with periods as (

    select * from {{ ref('int_experiment_periods') }}

),

{% for reading in readings %}
{{ reading }} as (

    select * from {{ ref('int_funnel_events') }}
    {% if is_incremental() -%}
    where customer_id not in (select attempts.customer_id from {{ this }} as attempts)
    {%- endif %}

),

{% endfor -%}
-- every customer who did any step, in any order, with or without step 1
participants as (

    select
        {{ keys }},
        min(experiment_group) as experiment_group,
        {% for step in steps %}
        max(case when step_number = {{ step }} then 1 else 0 end) = 1 as has_step_{{ step }},
        {% endfor %}
        min(case when step_number = 1 then event_at end) as entered_at,
        max(case when step_number > 1 then event_at end) as last_later_at,
        min(event_at) as first_event_at,
        max(window_days) as window_days
    from {{ readings | first }}
    group by {{ keys }}

),

-- Events before the first step 1 or after the last later step change nothing, and customers without
-- a second step, most of a shop's visitors, need no window. The events are read a second time, so
-- that only the rest is held in memory
reached_1 as (

    select
        funnel_events.*,
        case when funnel_events.step_number = 1 then funnel_events.event_at end as step_1_at
    from {{ readings | last }} as funnel_events
    inner join participants
        on
            funnel_events.customer_id = participants.customer_id
            and funnel_events.funnel_id = participants.funnel_id
            and funnel_events.experiment_id = participants.experiment_id
            and funnel_events.event_at between participants.entered_at
            and participants.last_later_at
    where participants.has_step_2

),

{% for step in steps if step > 1 %}
-- the attempt of the latest reached step {{ step - 1 }} before each event
looked_back_{{ step }} as (

    select
        {{ keys }},
        event_id,
        step_number,
        type_rank,
        {% for earlier in range(1, step) %}
        {{ last_known('step_' ~ earlier ~ '_at') }} over earlier_events as step_{{ earlier }}_at,
        {% endfor %}
        window_days,
        event_at
    from reached_{{ step - 1 }}
    -- of one event, later steps sort before earlier ones, so that it never fills both
    window earlier_events as (
        partition by {{ keys }}
        order by event_at asc, type_rank asc, event_id asc, step_number desc
        rows between unbounded preceding and 1 preceding
    )

),

judged_{{ step }} as (

    select
        *,
        step_number = {{ step }}
        and event_at <= {{ dbt.dateadd('day', 'window_days', 'step_1_at') }} as is_reached
    from looked_back_{{ step }}
    where step_number >= {{ step }}

),

reached_{{ step }} as (

    select
        {{ keys }},
        event_id,
        step_number,
        type_rank,
        {% for earlier in range(1, step) %}
        case when is_reached then step_{{ earlier }}_at end as step_{{ earlier }}_at,
        {% endfor %}
        case when is_reached then event_at end as step_{{ step }}_at,
        window_days,
        event_at
    from judged_{{ step }}

),

{% endfor %}

-- per customer and step, the attempt that completed the step first
attempts as (
    {% for step in steps %}
    select
        {{ keys }},
        {% for column in steps %}
        {% if column < step %}
        min_by(step_{{ column }}_at, {{ sort_key(['event_at', 'event_id']) }})
            as step_{{ column }}_at,
        {% elif column == step %}
        min(step_{{ column }}_at) as step_{{ column }}_at,
        {% else %}
        cast(null as timestamp) as step_{{ column }}_at,
        {% endif %}
        {% endfor %}
        {{ step }} as steps_completed
    from reached_{{ step }}
    where step_{{ step }}_at is not null
    group by {{ keys }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

best_attempts as (

    select
        {{ keys }},
        {% for step in steps %}
        max_by(step_{{ step }}_at, steps_completed) as step_{{ step }}_at,
        {% endfor %}
        max(steps_completed) as steps_completed
    from attempts
    group by {{ keys }}

),

progress as (

    select
        participants.funnel_id,
        participants.customer_id,
        case when participants.experiment_id = '' then 'all' else 'experiment_group' end
            as breakdown,
        coalesce(participants.experiment_group, 'all') as breakdown_value,
        nullif(participants.experiment_id, '') as experiment_id,
        coalesce(
            best_attempts.steps_completed,
            case when participants.has_step_1 then 1 else 0 end
        ) as steps_completed,
        {% for step in steps %}
        participants.has_step_{{ step }},
        {% endfor %}
        -- without a second step, the best attempt is the first
        coalesce(best_attempts.step_1_at, participants.entered_at) as step_1_at,
        {% for step in steps if step > 1 %}
        best_attempts.step_{{ step }}_at,
        {% endfor %}
        participants.entered_at,
        participants.first_event_at,
        periods.ended_at as experiment_ended_at,
        participants.window_days
    from participants
    left join periods
        on participants.experiment_id = periods.experiment_id
    left join best_attempts
        on
            participants.funnel_id = best_attempts.funnel_id
            and participants.experiment_id = best_attempts.experiment_id
            and participants.customer_id = best_attempts.customer_id

)

select * from progress
