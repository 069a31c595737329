with sessions as (

    select
        *,
        {{ reporting_time('started_at') }} as reporting_started_at
    from {{ ref('fct_sessions') }}
    where not is_excluded

),

-- an unknown price adds nothing, as in revenue
events as (

    select
        session_id,
        event_type,
        coalesce(unit_price, 0) * quantity as amount
    from {{ ref('fct_events') }}
    where
        session_id is not null
        and not is_excluded

),

last_starts as (

    select
        max(started_at) as last_started_at,
        max(case when has_purchase then started_at end) as last_purchase_started_at
    from sessions

),

amounts as (

    select
        session_id,
        sum(case when event_type = 'view' then amount else 0 end) as view_amount,
        sum(case when event_type = 'add_to_cart' then amount else 0 end) as add_to_cart_amount,
        sum(amount) as event_amount
    from events
    group by session_id

),

-- sessions with a purchase are numbered among themselves
followed as (

    select
        session_id,
        lag(started_at) over (partition by customer_id order by session_number)
            as previous_started_at,
        row_number() over (partition by customer_id, has_purchase order by session_number)
            as number_of_kind,
        lag(started_at) over (partition by customer_id, has_purchase order by session_number)
            as previous_started_at_of_kind
    from sessions

),

measured as (

    select
        sessions.session_id,
        sessions.customer_id,
        {{ measured('sessions.duration_seconds / 60') }} as duration_minutes,
        extract(year from sessions.reporting_started_at) as start_year,
        extract(doy from sessions.reporting_started_at) as start_yearday,
        extract(month from sessions.reporting_started_at) as start_month,
        extract(day from sessions.reporting_started_at) as start_monthday,
        extract(week from sessions.reporting_started_at) as start_week,
        {{ weekday('sessions.reporting_started_at') }} as start_weekday,
        case when {{ weekday('sessions.reporting_started_at') }} in (1, 7) then 1 else 0 end
            as start_is_weekend,
        extract(hour from sessions.reporting_started_at) as start_hour,
        case when sessions.has_purchase then 1 else 0 end as has_purchase,
        sessions.event_count,
        sessions.view_count,
        sessions.add_to_cart_count,
        sessions.purchase_count,
        {{ measured('sessions.duration_seconds / 60 / nullif(sessions.event_count, 0)') }}
            as minutes_per_event,
        {{ measured('sessions.duration_seconds / 60 / nullif(sessions.view_count, 0)') }}
            as minutes_per_view,
        {{ measured('sessions.duration_seconds / 60 / nullif(sessions.add_to_cart_count, 0)') }}
            as minutes_per_add_to_cart,
        {{ measured('sessions.duration_seconds / 60 / nullif(sessions.purchase_count, 0)') }}
            as minutes_per_purchase,
        cast(amounts.view_amount as decimal(18, 4)) as view_amount,
        cast(amounts.add_to_cart_amount as decimal(18, 4)) as add_to_cart_amount,
        sessions.revenue,
        {{ measured('sessions.duration_seconds / 60 / nullif(amounts.event_amount, 0)') }}
            as minutes_per_event_amount,
        {{ measured('sessions.duration_seconds / 60 / nullif(amounts.view_amount, 0)') }}
            as minutes_per_view_amount,
        {{ measured('sessions.duration_seconds / 60 / nullif(amounts.add_to_cart_amount, 0)') }}
            as minutes_per_add_to_cart_amount,
        {{ measured('sessions.duration_seconds / 60 / nullif(sessions.revenue, 0)') }}
            as minutes_per_revenue,
        sessions.session_number,
        {{ measured(days_between('followed.previous_started_at', 'sessions.started_at')) }}
            as days_since_previous_session,
        {{ measured(days_between('sessions.started_at', 'last_starts.last_started_at')) }}
            as session_recency_days,
        case when sessions.has_purchase then followed.number_of_kind end as purchase_number,
        case
            when sessions.has_purchase
                then {{ measured(
                    days_between('followed.previous_started_at_of_kind', 'sessions.started_at')
                ) }}
        end as days_since_previous_purchase,
        case
            when sessions.has_purchase
                then {{ measured(
                    days_between('sessions.started_at', 'last_starts.last_purchase_started_at')
                ) }}
        end as purchase_recency_days,
        sessions.started_at
    from sessions
    inner join amounts
        on sessions.session_id = amounts.session_id
    inner join followed
        on sessions.session_id = followed.session_id
    cross join last_starts

)

select * from measured
