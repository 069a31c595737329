{{ config(materialized='view') }}

{%- set lags = [0, 1, 2, 3] -%}
with customers as (

    select * from {{ ref('dim_customers') }}
    where
        not is_excluded
        and last_seen_at is not null

),

months as (

    select * from {{ ref('int_customer_months') }}

),

clock as (

    select as_of from {{ ref('int_as_of') }}

),

started as (

    select
        customers.customer_id,
        {{ months_ago('customers.first_seen_at', 'clock.as_of') }} as first_months_ago
    from customers
    cross join clock

),

-- customer value sums up all blocks up to its own, the other series have their own block only
lagged as (

    select
        {%- for lag in lags %}
        {%- for total in ['session_count', 'order_count', 'revenue'] %}
        sum(case when months.months_ago = {{ lag }} then months.{{ total }} else 0 end)
            as {{ total }}_{{ lag }},
        {%- endfor %}
        sum(case when months.months_ago >= {{ lag }} then months.profit else 0 end)
            as profit_{{ lag }},
        {%- endfor %}
        started.customer_id,
        started.first_months_ago
    from started
    left join months
        on started.customer_id = months.customer_id
    group by started.customer_id, started.first_months_ago

),

-- null where the block ended before the customer was first seen
known as (

    select
        {%- for lag in lags %}
        {%- for total in ['session_count', 'order_count', 'revenue'] %}
        case when first_months_ago >= {{ lag }} then cast({{ total }}_{{ lag }} as double) end
            as {{ total }}_month_lag{{ lag }},
        {%- endfor %}
        case
            when first_months_ago >= {{ lag }}
                then cast(profit_{{ lag }} as double) / (first_months_ago - {{ lag }} + 1)
        end as customer_value_month_lag{{ lag }},
        {%- endfor %}
        customer_id,
        first_months_ago
    from lagged

),

averaged as (

    select
        {%- for series in customer_feature_list().month_series %}
        {%- for lag in lags %}
        {{ series }}_lag{{ lag }},
        {%- endfor %}
        (
            {{ series }}_lag0 + coalesce({{ series }}_lag1, 0) + coalesce({{ series }}_lag2, 0)
        ) / least(first_months_ago + 1, 3) as {{ series }}_ma3,
        {%- endfor %}
        customer_id
    from known

)

select * from averaged
