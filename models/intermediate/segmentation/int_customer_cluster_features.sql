{{ config(materialized='view') }}
{% if 'events' in source_config().provides %}
select
    customer_id,
    session_count,
    active_days,
    view_count,
    add_to_cart_count,
    order_count,
    net_revenue,
    average_order_value,
    recency_days,
    active_span_days
from {{ ref('int_customer_behaviour') }}
{% else %}
select
    customer_id,
    age,
    salary
from {{ ref('int_customer_demographics') }}
where
    age is not null
    and salary is not null
{% endif %}
