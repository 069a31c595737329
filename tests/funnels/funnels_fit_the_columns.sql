-- fct_funnel_progress has six step columns; steps are numbered 1, 2, 3 ... under one window of
-- a day or more.
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
    or min(window_days) < 1
