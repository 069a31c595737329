-- fct_funnel_progress has six step columns; steps are numbered 1, 2, 3 ... under one window.
select
    funnel_id,
    count(*) as step_count,
    max(step_number) as last_step,
    count(distinct window_days) as window_count
from {{ ref('funnel_steps') }}
group by funnel_id
having
    max(step_number) > 6
    or max(step_number) <> count(*)
    or min(step_number) <> 1
    or count(distinct window_days) <> 1
