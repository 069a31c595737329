{{ config(materialized='view') }}

{%- set steps = range(1, 7) -%}
with attempts as (

    select * from {{ ref('int_funnel_attempts') }}

),

clock as (

    select as_of from {{ ref('int_as_of') }}

),

progress as (

    select
        attempts.funnel_id,
        attempts.customer_id,
        attempts.breakdown,
        attempts.breakdown_value,
        attempts.experiment_id,
        attempts.steps_completed,
        {% for step in steps %}
        attempts.has_step_{{ step }},
        {% endfor %}
        {{ dbt.dateadd(
            'day',
            'attempts.window_days',
            'coalesce(attempts.entered_at, attempts.first_event_at)',
        ) }} <= clock.as_of as is_mature,
        {% for step in steps %}
        attempts.step_{{ step }}_at,
        {% endfor %}
        attempts.entered_at
    from attempts
    cross join clock

)

select * from progress
