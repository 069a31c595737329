{{ config(
    materialized='incremental',
    pre_hook=["{{ check_holds_all() }}", "{{ forget_changed_rows() }}"],
    post_hook="{{ record_progress() }}",
) }}
-- depends_on: {{ ref('int_events_changed') }}
with resolved as (

    select * from {{ ref('int_events_resolved') }}
    {% if is_incremental() -%}
    where
    {% if is_in_step() %}
        event_at >= {{ changed_start() }}
        and event_id in (select changed.event_id from {{ ref('int_events_changed') }} as changed)
    {% else %}
        false
    {% endif %}
    {%- endif %}
),

described as (

    select
        event_id,
        customer_id,
        session_id,
        anonymous_id,
        order_id,
        product_id,
        event_type,
        raw_event_type,
        category,
        brand,
        experiment_id,
        experiment_group,
        traffic_source,
        campaign,
        device_type,
        page_type,
        extra,
        unit_price,
        quantity,
        event_order,
        revenue,
        refund_amount,
        is_identified,
        is_activity,
        is_engagement,
        is_bot,
        is_excluded,
        event_date,
        event_at
    from resolved

)

select * from described
