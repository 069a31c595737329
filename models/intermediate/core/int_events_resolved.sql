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
        {{ all_but('events', ['source_session_id', 'source_file', 'source_row']) }},
        -- events that are no activity (refunds, back office) belong to no session
        case
            when events.is_activity then coalesce(sessionized.session_id, events.source_session_id)
        end as session_id,
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
        coalesce(excluded_customers.is_bot, false) as is_bot,
        excluded_customers.customer_id is not null as is_excluded
    from events
    left join sessionized
        on events.event_id = sessionized.event_id
    left join excluded_customers
        on events.customer_id = excluded_customers.customer_id

)

select * from with_sessions
