with events as (

    select * from {{ ref('fct_events') }}
    where
        event_type in ('purchase', 'refund')
        and not is_excluded

),

-- a purchase without an order id belongs to its session's one order, without a session it is one
-- of its own; a refund without an order id belongs to none
lines as (

    select
        event_id,
        case
            when order_id is not null then order_id
            when event_type = 'purchase'
                then coalesce('session-' || session_id, 'event-' || event_id)
        end as order_id,
        customer_id,
        session_id,
        product_id,
        event_type,
        event_order,
        quantity,
        revenue,
        refund_amount,
        event_at
    from events

)

select * from lines
