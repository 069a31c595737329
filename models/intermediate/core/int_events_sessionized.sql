{%- set longest_pause = var('session_id_gap_seconds') %}

with events as (

    select
        event_id,
        customer_id,
        source_session_id,
        event_order,
        event_at
    from {{ ref('int_events') }}
    where is_activity

),

doubtful_ids as (

    select distinct source_session_id
    from {{ ref('int_session_ids_doubtful') }}

),

doubtful_events as (

    select
        events.*,
        lag(events.event_at) over (
            partition by events.source_session_id, events.customer_id
            order by events.event_at, events.event_id
        ) as previous_at
    from events
    inner join doubtful_ids
        on events.source_session_id = doubtful_ids.source_session_id

),

-- a piece is what one customer did under one id without a pause longer than allowed
pieces_counted as (

    select
        *,
        sum(
            case
                when event_at > {{ dbt.dateadd('second', longest_pause, 'previous_at') }}
                    then 1
                else 0
            end
        ) over (
            partition by source_session_id, customer_id
            order by event_at, event_id
            rows between unbounded preceding and current row
        ) as piece
    from doubtful_events

),

pieces_numbered as (

    select
        source_session_id,
        customer_id,
        piece,
        row_number() over (
            partition by source_session_id
            order by min(event_at), customer_id, piece
        ) as piece_number
    from pieces_counted
    group by source_session_id, customer_id, piece

),

split_events as (

    select
        pieces_counted.event_id,
        pieces_counted.source_session_id || '~' || cast(pieces_numbered.piece_number as string)
            as session_id
    from pieces_counted
    inner join pieces_numbered
        on
            pieces_counted.source_session_id = pieces_numbered.source_session_id
            and pieces_counted.customer_id = pieces_numbered.customer_id
            and pieces_counted.piece = pieces_numbered.piece
    -- the first piece keeps the source's id
    where pieces_numbered.piece_number > 1

),

-- To place an event without an id, all events of its customer are needed; leave other customers out
customers_without_ids as (

    select distinct customer_id
    from events
    where source_session_id is null

),

timeline as (

    select
        events.event_id,
        events.customer_id,
        events.event_order,
        events.event_at,
        coalesce(split_events.session_id, events.source_session_id) as given_session_id,
        lag(events.event_at) over (
            partition by events.customer_id
            order by events.event_at, events.event_order, events.event_id
        ) as previous_at
    from events
    inner join customers_without_ids
        on events.customer_id = customers_without_ids.customer_id
    left join split_events
        on events.event_id = split_events.event_id

),

-- An event with an id opens that session. One without opens a session after a longer pause
openings_marked as (

    select
        *,
        case
            when given_session_id is not null then given_session_id
            when
                previous_at is null
                or event_at > {{ dbt.dateadd('second', var('session_gap_seconds'), 'previous_at') }}
                then customer_id || '~' || cast(event_at as string)
        end as opened_session_id
    from timeline

),

joined_to_open_session as (

    select
        event_id,
        given_session_id,
        {{ last_known('opened_session_id') }} over (
            partition by customer_id
            order by event_at, event_order, event_id
            rows between unbounded preceding and current row
        ) as session_id
    from openings_marked

),

resolved as (

    select
        event_id,
        session_id
    from split_events

    union all

    select
        event_id,
        session_id
    from joined_to_open_session
    where given_session_id is null

)

select * from resolved
