-- Customers of step 1 are the customers who entered, and mature ones are some of all.
with counted as (

    select
        funnel_id,
        breakdown,
        breakdown_value,
        experiment_id,
        sum(case when population = 'all' then customers end) as all_customers,
        sum(case when population = 'mature' then customers end) as mature_customers
    from {{ ref('funnel_conversion') }}
    where step_number = 1
    group by funnel_id, breakdown, breakdown_value, experiment_id

),

entered as (

    select
        funnel_id,
        breakdown,
        breakdown_value,
        experiment_id,
        sum(case when steps_completed > 0 then 1 else 0 end) as customers
    from {{ ref('fct_funnel_progress') }}
    group by funnel_id, breakdown, breakdown_value, experiment_id

)

select
    'funnel ' || coalesce(counted.funnel_id, entered.funnel_id) || ' ('
    || coalesce(counted.breakdown || ' ' || counted.breakdown_value, 'all') || '): '
    || coalesce(cast(entered.customers as string), 'no')
    || ' customers entered by fct_funnel_progress, '
    || coalesce(cast(counted.all_customers as string), 'none')
    || ' by funnel_conversion, of them '
    || coalesce(cast(counted.mature_customers as string), 'none') || ' mature' as finding
from counted
full outer join entered
    on
        counted.funnel_id = entered.funnel_id
        and counted.breakdown = entered.breakdown
        and counted.breakdown_value = entered.breakdown_value
        and counted.experiment_id is not distinct from entered.experiment_id
where
    counted.funnel_id is null
    or entered.funnel_id is null
    or counted.all_customers <> entered.customers
    or counted.mature_customers > counted.all_customers
