{#- A table, not a view: a view would repeat its joins for each of the many models that read it. -#}
{{ config(
    materialized='incremental',
    meta={'follows': 'customers'},
    pre_hook="{{ forget_changed_customers() }}",
    post_hook="{{ record_run() }}",
) }}
-- depends_on: {{ ref('int_customer_versions') }}
with events as (

    select * from {{ ref('int_events_resolved') }}
    {% if is_incremental() -%}
    where customer_id in ({{ changed_customers() }})
    {%- endif %}

)

select * from events
