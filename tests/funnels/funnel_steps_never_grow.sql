-- A step has at most as many customers as the step before, and as took it in any order.
select
    'step ' || cast(step_number as string) || ' of funnel ' || funnel_id || ' (' || breakdown || ' '
    || breakdown_value || ', population ' || population || ') holds '
    || cast(customers as string) || ' customers, more than came so far' as finding
from {{ ref('funnel_conversion') }}
where
    drop_off < 0
    or customers > customers_any_order
