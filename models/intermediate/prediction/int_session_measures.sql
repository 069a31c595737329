{{ config(materialized='view') }}

{%- set epoch = "cast('2000-01-01' as timestamp)" %}

with sessions as (

    select
        *,
        {{ reporting_time('started_at') }} as reporting_started_at
    from {{ ref('fct_sessions') }}
    where not is_excluded

),

-- Sessions with a purchase have their own numbers. All windows use the same order, so the
-- customer's sessions are sorted once
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
        ) as previous_purchase_started_at,
        min(started_at) over (partition by customer_id) as first_started_at,
        min(case when has_purchase then started_at end) over (partition by customer_id)
            as first_purchase_started_at
    from sessions

),

measured as (

    select
        session_id,
        customer_id,
        {{ measured('duration_seconds / 60') }} as duration_minutes,
        extract(year from reporting_started_at) as start_year,
        extract(doy from reporting_started_at) as start_yearday,
        extract(month from reporting_started_at) as start_month,
        extract(day from reporting_started_at) as start_monthday,
        extract(week from reporting_started_at) as start_week,
        {{ weekday('reporting_started_at') }} as start_weekday,
        case when {{ weekday('reporting_started_at') }} in (1, 7) then 1 else 0 end
            as start_is_weekend,
        extract(hour from reporting_started_at) as start_hour,
        case when has_purchase then 1 else 0 end as has_purchase,
        event_count,
        view_count,
        add_to_cart_count,
        purchase_count,
        {{ measured('duration_seconds / 60 / nullif(event_count, 0)') }}
            as minutes_per_event,
        {{ measured('duration_seconds / 60 / nullif(view_count, 0)') }}
            as minutes_per_view,
        {{ measured('duration_seconds / 60 / nullif(add_to_cart_count, 0)') }}
            as minutes_per_add_to_cart,
        {{ measured('duration_seconds / 60 / nullif(purchase_count, 0)') }}
            as minutes_per_purchase,
        view_amount,
        add_to_cart_amount,
        revenue,
        {{ measured('duration_seconds / 60 / nullif(event_amount, 0)') }}
            as minutes_per_event_amount,
        {{ measured('duration_seconds / 60 / nullif(view_amount, 0)') }}
            as minutes_per_view_amount,
        {{ measured('duration_seconds / 60 / nullif(add_to_cart_amount, 0)') }}
            as minutes_per_add_to_cart_amount,
        {{ measured('duration_seconds / 60 / nullif(revenue, 0)') }}
            as minutes_per_revenue,
        session_number,
        {{ measured(days_between('previous_started_at', 'started_at')) }}
            as days_since_previous_session,
        {{ exact_seconds('first_started_at', 'started_at') }} as seconds_since_first_session,
        {{ exact_seconds(epoch, 'started_at') }} as session_start_seconds,
        case when has_purchase then cast(purchase_number as bigint) end
            as purchase_number,
        case
            when has_purchase
                then {{ measured(
                    days_between('previous_purchase_started_at', 'started_at')
                ) }}
        end as days_since_previous_purchase,
        case
            when has_purchase
                then {{ exact_seconds('first_purchase_started_at', 'started_at') }}
        end as seconds_since_first_purchase,
        case when has_purchase then {{ exact_seconds(epoch, 'started_at') }} end
            as purchase_start_seconds
    from followed

)

select * from measured
