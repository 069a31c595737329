-- fct_funnel_progress has six step columns; steps are numbered 1, 2, 3 ... under one window of
-- a day or more.
with funnels as (

    select
        funnel_id,
        count(*) as step_count,
        min(step_number) as first_step,
        max(step_number) as last_step,
        count(distinct window_days) as window_count,
        min(window_days) as shortest_window
    from {{ ref('funnel_steps') }}
    group by funnel_id

),

judged as (

    select
        funnel_id,
        case
            when first_step <> 1 or last_step <> step_count
                then 'number its steps 1, 2, 3 ...'
            when last_step > 6 then 'leave it at most 6 steps'
            when window_count <> 1
                then 'give all its steps the same window_days'
            when shortest_window < 1
                then 'give it window_days of 1 or more'
        end as what_to_do
    from funnels

)

select
    'funnel ' || funnel_id || ' does not work: ' || what_to_do
    || ' in seeds/config/funnel_steps.csv' as finding
from judged
where what_to_do is not null
