{{ config(materialized='view') }}

with events as (

    select * from {{ ref('int_events') }}

),

sessionized as (

    select * from {{ ref('int_events_sessionized') }}

),

excluded_customers as (

    select * from {{ ref('int_customers_excluded') }}

),

with_sessions as (

    select
        events.event_id,
        events.customer_id,
        -- events that are no activity (refunds, back office) belong to no session
        case
            when events.is_activity then coalesce(sessionized.session_id, events.source_session_id)
        end as session_id,
        events.anonymous_id,
        events.order_id,
        events.product_id,
        events.event_type,
        events.raw_event_type,
        events.category,
        events.brand,
        events.experiment_id,
        events.experiment_group,
        events.traffic_source,
        events.campaign,
        events.device_type,
        events.page_type,
        events.extra,
        events.unit_price,
        events.quantity,
        events.event_order,
        cast(
            case
                when events.event_type in ('purchase', 'order_discount')
                    then coalesce(events.unit_price, 0) * events.quantity
                else 0
            end as decimal(18, 4)
        ) as revenue,
        cast(
            case
                when events.event_type = 'refund'
                    then coalesce(events.unit_price, 0) * events.quantity
                else 0
            end as decimal(18, 4)
        ) as refund_amount,
        events.is_identified,
        events.is_activity,
        events.is_engagement,
        coalesce(excluded_customers.is_bot, false) as is_bot,
        excluded_customers.customer_id is not null as is_excluded,
        events.event_date,
        events.event_at
    from events
    left join sessionized
        on events.event_id = sessionized.event_id
    left join excluded_customers
        on events.customer_id = excluded_customers.customer_id

)

select * from with_sessions
