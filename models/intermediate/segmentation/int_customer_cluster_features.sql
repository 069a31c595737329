{#- What clusters are made of: behaviour, or, for a source without events, demographics. -#}
{{ config(materialized='view') }}
{% if 'events' in source_config().provides %}
select * from {{ ref('int_customer_behaviour') }}
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
