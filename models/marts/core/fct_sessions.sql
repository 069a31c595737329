{{ config(
    materialized='incremental',
    meta={'follows': 'customers'},
    pre_hook="{{ forget_changed_customers() }}",
    post_hook="{{ record_run() }}",
) }}
-- depends_on: {{ ref('int_customer_versions') }}
with activity as (

    select
        *,
        coalesce(unit_price, 0) * quantity as amount,
        {{ event_position() }} as event_position
    from {{ ref('fct_events') }}
    where
        session_id is not null
    {% if is_incremental() -%}
        and customer_id in ({{ changed_customers() }})
    {%- endif %}

),

summarised as (

    select
        session_id,
        customer_id,
        {{ first_value_of('event_type') }} as entry_event_type,
        {{ last_value_of('event_type') }} as exit_event_type,
        {{ first_value_of('traffic_source') }} as traffic_source,
        {{ first_value_of('traffic_medium') }} as traffic_medium,
        {{ first_value_of('campaign') }} as campaign,
        {{ first_value_of('device_type') }} as device_type,
        {{ first_value_of('experiment_group') }} as experiment_group,
        count(*) as event_count,
        sum(case when event_type = 'view' then 1 else 0 end) as view_count,
        sum(case when event_type = 'click' then 1 else 0 end) as click_count,
        sum(case when event_type = 'add_to_cart' then 1 else 0 end) as add_to_cart_count,
        sum(case when event_type = 'purchase' then 1 else 0 end) as purchase_count,
        sum(case when event_type = 'view' then amount else 0 end) as view_amount,
        sum(case when event_type = 'add_to_cart' then amount else 0 end) as add_to_cart_amount,
        sum(amount) as event_amount,
        sum(revenue) as revenue,
        sum(case when is_engagement then 1 else 0 end) as engagement_count,
        max(case when is_bot then 1 else 0 end) = 1 as is_bot,
        max(case when is_excluded then 1 else 0 end) = 1 as is_excluded,
        min(event_at) as started_at,
        max(event_at) as ended_at
    from activity
    group by session_id, customer_id

),

-- Without an order id, all purchases of one session are one order. Counted in a CTE of their own,
-- because DuckDB holds every event when distinct values stand beside other sums
orders_counted as (

    select
        session_id,
        customer_id,
        count(distinct coalesce(order_id, '')) as order_count
    from {{ ref('fct_events') }}
    where
        session_id is not null
        and event_type = 'purchase'
    {% if is_incremental() -%}
        and customer_id in ({{ changed_customers() }})
    {%- endif %}
    group by session_id, customer_id

),

measured as (

    select
        summarised.*,
        coalesce(orders_counted.order_count, 0) as order_count,
        {{ seconds_between('summarised.started_at', 'summarised.ended_at') }} as duration_seconds
    from summarised
    left join orders_counted
        on
            summarised.session_id = orders_counted.session_id
            and summarised.customer_id = orders_counted.customer_id

),

classified as (

    select
        *,
        duration_seconds > {{ var('engaged_session_seconds') }}
        or view_count >= 2
        or engagement_count > 0 as is_engaged
    from measured

),

numbered as (

    select
        session_id,
        customer_id,
        entry_event_type,
        exit_event_type,
        traffic_source,
        traffic_medium,
        campaign,
        device_type,
        experiment_group,
        cast(
            row_number() over (partition by customer_id order by started_at, session_id) as bigint
        ) as session_number,
        duration_seconds,
        event_count,
        cast(view_count as bigint) as view_count,
        cast(click_count as bigint) as click_count,
        cast(add_to_cart_count as bigint) as add_to_cart_count,
        cast(purchase_count as bigint) as purchase_count,
        order_count,
        cast(view_amount as decimal(18, 4)) as view_amount,
        cast(add_to_cart_amount as decimal(18, 4)) as add_to_cart_amount,
        cast(event_amount as decimal(18, 4)) as event_amount,
        cast(revenue as decimal(18, 4)) as revenue,
        is_engaged,
        event_count = 1 and not is_engaged as is_bounce,
        purchase_count > 0 as has_purchase,
        is_bot,
        is_excluded,
        {{ reporting_date('started_at') }} as session_date,
        started_at,
        ended_at
    from classified

)

select * from numbered
