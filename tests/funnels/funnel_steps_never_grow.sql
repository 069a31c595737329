-- No step holds more customers than the step before, nor more than did it in any order.
select
    funnel_id,
    breakdown,
    breakdown_value,
    population,
    step_number,
    customers
from {{ ref('funnel_conversion') }}
where
    drop_off < 0
    or customers > customers_any_order
