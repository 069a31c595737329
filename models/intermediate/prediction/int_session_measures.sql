{{ config(materialized='view') }}

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

-- sessions with a purchase are numbered among themselves; all follow from one order of the
-- customer's sessions, which is sorted once
followed as (

    select
        *,
        lag(started_at) over (partition by customer_id order by session_number)
            as previous_started_at,
        sum(case when has_purchase then 1 else 0 end) over (
            partition by customer_id
            order by session_number
            rows between unbounded preceding and current row
        ) as purchase_number,
        max(case when has_purchase then started_at end) over (
            partition by customer_id
            order by session_number
            rows between unbounded preceding and 1 preceding
        ) as previous_purchase_started_at
    from sessions

),

measured as (

    select
        followed.session_id,
        followed.customer_id,
        {{ measured('followed.duration_seconds / 60') }} as duration_minutes,
        extract(year from followed.reporting_started_at) as start_year,
        extract(doy from followed.reporting_started_at) as start_yearday,
        extract(month from followed.reporting_started_at) as start_month,
        extract(day from followed.reporting_started_at) as start_monthday,
        extract(week from followed.reporting_started_at) as start_week,
        {{ weekday('followed.reporting_started_at') }} as start_weekday,
        case when {{ weekday('followed.reporting_started_at') }} in (1, 7) then 1 else 0 end
            as start_is_weekend,
        extract(hour from followed.reporting_started_at) as start_hour,
        case when followed.has_purchase then 1 else 0 end as has_purchase,
        followed.event_count,
        followed.view_count,
        followed.add_to_cart_count,
        followed.purchase_count,
        {{ measured('followed.duration_seconds / 60 / nullif(followed.event_count, 0)') }}
            as minutes_per_event,
        {{ measured('followed.duration_seconds / 60 / nullif(followed.view_count, 0)') }}
            as minutes_per_view,
        {{ measured('followed.duration_seconds / 60 / nullif(followed.add_to_cart_count, 0)') }}
            as minutes_per_add_to_cart,
        {{ measured('followed.duration_seconds / 60 / nullif(followed.purchase_count, 0)') }}
            as minutes_per_purchase,
        cast(amounts.view_amount as decimal(18, 4)) as view_amount,
        cast(amounts.add_to_cart_amount as decimal(18, 4)) as add_to_cart_amount,
        followed.revenue,
        {{ measured('followed.duration_seconds / 60 / nullif(amounts.event_amount, 0)') }}
            as minutes_per_event_amount,
        {{ measured('followed.duration_seconds / 60 / nullif(amounts.view_amount, 0)') }}
            as minutes_per_view_amount,
        {{ measured('followed.duration_seconds / 60 / nullif(amounts.add_to_cart_amount, 0)') }}
            as minutes_per_add_to_cart_amount,
        {{ measured('followed.duration_seconds / 60 / nullif(followed.revenue, 0)') }}
            as minutes_per_revenue,
        followed.session_number,
        {{ measured(days_between('followed.previous_started_at', 'followed.started_at')) }}
            as days_since_previous_session,
        {{ measured(days_between('followed.started_at', 'last_starts.last_started_at')) }}
            as session_recency_days,
        case when followed.has_purchase then cast(followed.purchase_number as bigint) end
            as purchase_number,
        case
            when followed.has_purchase
                then {{ measured(
                    days_between('followed.previous_purchase_started_at', 'followed.started_at')
                ) }}
        end as days_since_previous_purchase,
        case
            when followed.has_purchase
                then {{ measured(
                    days_between('followed.started_at', 'last_starts.last_purchase_started_at')
                ) }}
        end as purchase_recency_days,
        followed.started_at
    from followed
    inner join amounts
        on followed.session_id = amounts.session_id
    cross join last_starts

)

select * from measured
