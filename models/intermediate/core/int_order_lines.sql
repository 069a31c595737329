with events as (

    select * from {{ ref('fct_events') }}
    where
        event_type in ('purchase', 'order_discount', 'refund')
        and not is_excluded

),

-- Without an order id, all purchases of a session form one order; without a session, each is its
-- own. A refund without an order id belongs to none
lines as (

    select
        event_id,
        case
            when order_id is not null then order_id
            when event_type <> 'refund'
                then coalesce('session~' || session_id, 'event~' || event_id)
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
