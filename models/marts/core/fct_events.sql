{#-
    A table: read by many, and a view over the joins behind it costs each of them as much as one
    table.
-#}
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
