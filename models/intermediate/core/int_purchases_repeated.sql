with order_lines as (

    select
        order_id,
        product_id,
        event_type,
        source_file,
        unit_price,
        quantity,
        source_row,
        event_at
    from {{ ref('int_events_checked') }}
    where
        rejection_reason is null
        and order_id is not null
        and event_type in ('purchase', 'order_discount')

),

surplus_copies as (

    select
        source_file,
        source_row
    from {{ ref('int_events_repeated') }}
    where rejection_reason is not null

),

kept_lines as (

    select order_lines.*
    from order_lines
    left join surplus_copies
        on
            order_lines.source_file = surplus_copies.source_file
            and order_lines.source_row = surplus_copies.source_row
    where surplus_copies.source_row is null

),

-- equal lines at the same moment are units of one purchase
dated as (

    select
        *,
        min(event_at) over (partition by order_id) as order_started_at,
        min(event_at) over (partition by order_id, product_id, event_type, unit_price, quantity)
            as first_seen_at
    from kept_lines

),

repeated as (

    select
        source_file,
        order_id,
        source_row
    from dated
    where
        event_at > first_seen_at
        and event_at
        > {{ dbt.dateadd('second', var('order_repeat_seconds'), 'order_started_at') }}

)

select * from repeated
