{#
    Hooks of int_funnel_attempts. While an experiment runs, its end moves with each of its events. Events
    between the old and the new end then count, also those of customers who have nothing new.
#}

{# SQL for customers with an event between the experiment's end at their last computation and its end now. #}
{% macro changed_in_experiments() -%}
    select funnel_events.customer_id
    from {{ ref('int_funnel_events') }} as funnel_events
    inner join (
        select
            min(least(periods.ended_at, coalesce(attempts.ended_at, periods.started_at))) as first_at,
            max(greatest(periods.ended_at, coalesce(attempts.ended_at, periods.ended_at))) as last_at
        from {{ ref('int_experiment_periods') }} as periods
        left join (
            select
                experiment_id,
                min(experiment_ended_at) as ended_at
            from {{ this }}
            group by experiment_id
        ) as attempts
            on periods.experiment_id = attempts.experiment_id
        where periods.ended_at is distinct from attempts.ended_at
    ) as moved
        on funnel_events.event_at between moved.first_at and moved.last_at
    where funnel_events.experiment_id = ''
{%- endmacro %}


{% macro forget_changed_attempts() -%}
    {%- if execute and is_incremental() -%}
    {{ forget_changed_customers() }};
    delete from {{ this }} where customer_id in ({{ changed_in_experiments() }})
    {%- endif -%}
{%- endmacro %}


{# Attempts that were not computed again have no event before the new end: note that end for them. #}
{% macro move_experiment_ends() -%}
    {%- if execute and is_incremental() -%}
    update {{ this }} as attempts
    set experiment_ended_at = periods.ended_at
    from {{ ref('int_experiment_periods') }} as periods
    where
        attempts.experiment_id = periods.experiment_id
        and attempts.experiment_ended_at <> periods.ended_at
    {%- endif -%}
{%- endmacro %}
