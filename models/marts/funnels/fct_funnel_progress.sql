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
        -- dbt puts the columns of a table in order, not those of a view
        attempts.entered_at,
        attempts.step_1_at,
        attempts.step_2_at,
        attempts.step_3_at,
        attempts.step_4_at,
        attempts.step_5_at,
        attempts.step_6_at
    from attempts
    cross join clock

)

select * from progress
