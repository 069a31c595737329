-- The value of each built-in metric for each customer, worked out again. Your own metrics have no
-- case here; groups_hold_all_exposed_customers tests that they count all customers.
with outcomes as (

    select
        outcomes.experiment_id,
        outcomes.customer_id,
        outcomes.metric_id,
        outcomes.metric_value,
        case outcomes.metric_id
            when 'customer_conversion' then case when customers.order_count > 0 then 1 else 0 end
            when 'orders_per_customer' then customers.order_count
            when 'revenue_per_customer' then customers.revenue
            else outcomes.metric_value
        end as expected_value
    from {{ ref('int_experiment_outcomes') }} as outcomes
    inner join {{ ref('int_experiment_customers') }} as customers
        on
            outcomes.experiment_id = customers.experiment_id
            and outcomes.customer_id = customers.customer_id

)

select
    'metric ' || metric_id || ' of customer ' || customer_id || ' in experiment ' || experiment_id
    || ' is ' || cast(metric_value as string) || ', not ' || cast(expected_value as string)
        as finding
from outcomes
where metric_value <> expected_value
