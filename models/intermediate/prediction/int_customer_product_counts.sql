{{ config(
    materialized='incremental',
    meta={'follows': 'customers'},
    pre_hook="{{ forget_changed_customers() }}",
    post_hook="{{ record_run() }}",
) }}
-- depends_on: {{ ref('int_customer_versions') }}
with events as (

    select * from {{ ref('fct_events') }}
    where
        event_type in ('view', 'purchase')
        and product_id is not null
        and not is_excluded
    {% if is_incremental() -%}
        and customer_id in ({{ changed_customers() }})
    {%- endif %}

),

counted as (

    select
        customer_id,
        product_id,
        cast(sum(case when event_type = 'view' then 1 else 0 end) as bigint) as view_count,
        cast(sum(case when event_type = 'purchase' then 1 else 0 end) as bigint) as purchase_count
    from events
    group by customer_id, product_id

)

select * from counted
