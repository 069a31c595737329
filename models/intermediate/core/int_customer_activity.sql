{{ config(
    materialized='incremental',
    meta={'follows': 'customers'},
    pre_hook="{{ forget_changed_customers() }}",
) }}
-- depends_on: {{ ref('int_customer_versions') }}
with events as (

    select
        customer_id,
        event_type,
        is_identified,
        is_activity,
        event_at
    from {{ ref('fct_events') }}
    {% if is_incremental() -%}
    where customer_id in ({{ changed_customers() }})
    {%- endif %}

),

-- Refunds are booked by the shop: they do not show that the customer was here
presence_marked as (

    select
        *,
        is_activity or event_type in ('purchase', 'canceled_purchase', 'repeated_purchase')
            as shows_presence
    from events

),

seen as (

    select
        customer_id,
        count(*) as event_count,
        max(case when is_identified then 1 else 0 end) = 1 as is_identified,
        min(case when shows_presence then event_at end) as first_seen_at,
        max(case when shows_presence then event_at end) as last_seen_at
    from presence_marked
    group by customer_id

)

select * from seen
