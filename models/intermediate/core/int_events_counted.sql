with event_types as (

    select
        raw_event_type,
        case event_type when 'order_discount' then 'discount' else event_type end as event_class
    from {{ ref('event_types') }}
    where event_type in ('purchase', 'order_discount', 'refund')

),

advice as (

    select * from {{ ref('rejection_advice') }}

),

-- a line that could not be split into columns may still name its event type
unreadable as (

    select
        source_file,
        source_row,
        raw_line
    from {{ ref('int_events_rejected') }}
    where raw_line is not null

),

unreadable_named as (

    select
        unreadable.source_file,
        unreadable.source_row,
        coalesce(min(event_types.event_class), 'unreadable') as event_class
    from unreadable
    left join event_types
        on
            ' ' || translate(lower(unreadable.raw_line), ',;|"' || chr(9), '     ') || ' '
            like '% ' || lower(trim(event_types.raw_event_type)) || ' %'
    group by unreadable.source_file, unreadable.source_row

),

surplus_copies as (

    select
        source_file,
        source_row,
        rejection_reason
    from {{ ref('int_events_repeated') }}
    where rejection_reason is not null

),

purchases_repeated as (

    select * from {{ ref('int_purchases_repeated') }}

),

products as (

    select
        product_id,
        unit_price
    from {{ ref('int_products_checked') }}
    where rejection_reason is null

),

judged as (

    select
        coalesce(
            unreadable_named.event_class,
            case
                when events.event_type in ('purchase', 'refund') then events.event_type
                when events.event_type = 'order_discount' then 'discount'
                else 'other'
            end
        ) as event_class,
        coalesce(
            events.rejection_reason,
            surplus_copies.rejection_reason,
            case when purchases_repeated.source_row is not null then 'repeated_purchase' end
        ) as rejection_reason,
        case
            when purchases_repeated.source_row is null then events.event_id
            else events.order_id
        end as repeated_id,
        events.source_file,
        events.source_row,
        {{ sort_key(['events.source_file', 'events.source_row']) }} as place,
        -- the amount as in fct_events, else as in the file, else by the catalogue's price
        coalesce(
            cast(abs(events.unit_price) as decimal(22, 4))
            * cast(abs(coalesce(events.quantity, 1)) as decimal(10, 0)),
            nullif(events.source_amount, 0),
            cast(products.unit_price as decimal(22, 4))
            * cast(abs(coalesce(events.quantity, 1)) as decimal(10, 0)),
            0
        ) as event_amount
    from {{ ref('int_events_checked') }} as events
    left join surplus_copies
        on
            events.source_file = surplus_copies.source_file
            and events.source_row = surplus_copies.source_row
    left join unreadable_named
        on
            events.source_file = unreadable_named.source_file
            and events.source_row = unreadable_named.source_row
    left join purchases_repeated
        on
            events.source_file = purchases_repeated.source_file
            and events.source_row = purchases_repeated.source_row
    left join products
        on events.product_id = products.product_id

),

counted as (

    select
        event_class,
        rejection_reason,
        min_by(source_file, place) filter (where rejection_reason is not null)
            as first_source_file,
        min_by(source_row, place) filter (where rejection_reason is not null)
            as first_source_row,
        min_by(repeated_id, place) filter (where rejection_reason is not null) as first_id,
        count(*) as row_count,
        cast(sum(event_amount) as decimal(38, 4)) as amount
    from judged
    group by event_class, rejection_reason

),

rejected as (

    select
        source_file,
        source_row,
        rejected_value
    from {{ ref('int_events_rejected') }}

),

explained as (

    select
        counted.event_class,
        counted.rejection_reason,
        advice.advice,
        counted.first_source_file as example_source_file,
        coalesce(rejected.rejected_value, counted.first_id) as example_value,
        counted.row_count,
        counted.amount,
        counted.first_source_row as example_source_row
    from counted
    left join rejected
        on
            counted.first_source_file = rejected.source_file
            and counted.first_source_row = rejected.source_row
    left join advice
        on counted.rejection_reason = advice.rejection_reason

)

select * from explained
