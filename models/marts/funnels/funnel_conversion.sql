{%- set steps = range(1, 7) %}
with progress as (

    select * from {{ ref('fct_funnel_progress') }}

),

funnel_steps as (

    select * from {{ ref('funnel_steps') }}

),

populations as (

    select 'all' as population
    union all
    select 'mature' as population

),

-- one row per customer and step of the funnel
steps_of_customers as (

    select
        progress.funnel_id,
        progress.breakdown,
        progress.breakdown_value,
        progress.experiment_id,
        progress.customer_id,
        funnel_steps.step_name,
        populations.population,
        funnel_steps.step_number,
        progress.steps_completed >= funnel_steps.step_number as is_completed,
        case funnel_steps.step_number
            {%- for step in steps %}
            when {{ step }} then progress.has_step_{{ step }}
            {%- endfor %}
        end as is_done_in_any_order,
        case funnel_steps.step_number
            {%- for step in steps if step > 1 %}
            when {{ step }}
                then
                    {{ seconds_between(
                        'progress.step_' ~ (step - 1) ~ '_at', 'progress.step_' ~ step ~ '_at'
                    ) }}
            {%- endfor %}
        end as seconds_from_previous
    from progress
    inner join funnel_steps
        on progress.funnel_id = funnel_steps.funnel_id
    inner join populations
        on populations.population = 'all' or progress.is_mature

),

counted as (

    select
        funnel_id,
        breakdown,
        breakdown_value,
        experiment_id,
        step_name,
        population,
        step_number,
        sum(case when is_completed then 1 else 0 end) as customers,
        sum(case when is_done_in_any_order then 1 else 0 end) as customers_any_order,
        median(case when is_completed then seconds_from_previous end)
            as median_seconds_from_previous
    from steps_of_customers
    group by
        funnel_id, breakdown, breakdown_value, experiment_id, step_name, population, step_number

),

compared as (

    select
        *,
        first_value(customers) over funnel as entrants,
        lag(customers) over funnel as previous_customers
    from counted
    window funnel as (
        partition by funnel_id, breakdown, breakdown_value, experiment_id, population
        order by step_number
    )

),

rated as (

    select
        funnel_id,
        breakdown,
        breakdown_value,
        experiment_id,
        population,
        step_name,
        step_number,
        cast(customers as bigint) as customers,
        cast(customers_any_order as bigint) as customers_any_order,
        cast(customers as double) / nullif(entrants, 0) as conversion_from_first,
        case
            when step_number = 1 then cast(customers as double) / nullif(customers, 0)
            else cast(customers as double) / nullif(previous_customers, 0)
        end as conversion_from_previous,
        cast(coalesce(previous_customers, customers) - customers as bigint) as drop_off,
        cast(median_seconds_from_previous as double) as median_seconds_from_previous
    from compared

)

select * from rated
