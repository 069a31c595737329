with events as (

    select * from {{ ref('int_events') }}

),

listed_customers as (

    select * from {{ ref('excluded_customers') }}

),

-- an order of a thousand lines is one act of a customer, so order lines do not make a bot
daily_counts as (

    select
        customer_id,
        event_date,
        count(*) as event_count
    from events
    where
        is_activity
        and event_type not in ('purchase', 'canceled_purchase', 'repeated_purchase')
        and event_type not in ('order_discount', 'canceled_order_discount')
    group by customer_id, event_date

),

bots as (

    select
        customer_id,
        true as is_bot
    from daily_counts
    group by customer_id
    having max(event_count) > {{ var('bot_events_per_day') }}

),

excluded as (

    select
        coalesce(bots.customer_id, listed_customers.customer_id) as customer_id,
        coalesce(bots.is_bot, false) as is_bot
    from bots
    full outer join listed_customers
        on bots.customer_id = listed_customers.customer_id

)

select * from excluded
