with days as (

    select
        {{ reporting_date('event_at') }} as event_date,
        count(*) as event_count,
        max(event_at) as last_event_at
    from {{ ref('int_events_checked') }}
    where rejection_reason is null
    group by {{ reporting_date('event_at') }}

),

-- the median, since one day of bots or of an import would move a mean
usual_days as (

    select median(event_count) as usual_event_count from days

),

weeks as (

    select
        *,
        sum(event_count) over (
            order by
                {{ dbt.datediff("cast('2000-01-01' as date)", 'event_date', 'day') }}
            range between 6 preceding and current row
        ) as week_event_count
    from days

),

-- A clock that is wrong makes a day that is nearly empty and stands alone: it does not end the
-- data. Usual is a tenth of a usual day's events or more, in a week that holds half of them
clock as (

    select coalesce({{ time_literal('as_of') }}, max(weeks.last_event_at)) as as_of
    from weeks
    cross join usual_days
    where
        weeks.event_count >= usual_days.usual_event_count / 10
        and weeks.week_event_count >= usual_days.usual_event_count / 2

),

months as (

    select
        cast({{ dbt.date_trunc('month', 'event_date') }} as date) as first_day,
        sum(event_count) as event_count
    from days
    group by cast({{ dbt.date_trunc('month', 'event_date') }} as date)

),

usual_months as (

    select avg(event_count) as usual_event_count from months

),

-- an orders file may go on after the last order that has lines: the months before are over
last_orders as (

    select max(ordered_at) as last_ordered_at
    from {{ ref('int_orders_checked') }}
    where rejection_reason is null

),

dated as (

    select
        clock.as_of,
        usual_months.usual_event_count,
        {{ reporting_date('clock.as_of') }} as as_of_date,
        {{ reporting_date('greatest(clock.as_of, last_orders.last_ordered_at)') }} as last_date
    from clock
    cross join usual_months
    cross join last_orders

),

-- a month is complete when it is over and not nearly empty: at least a tenth of an average month
complete_months as (

    select max(last_day(months.first_day)) as last_day
    from months
    cross join dated
    where
        months.event_count >= dated.usual_event_count / 10
        and last_day(months.first_day) < dated.last_date

),

clocks as (

    select
        dated.as_of,
        {% if var('recency_from') == 'last_complete_month' -%}
        coalesce(complete_months.last_day, dated.as_of_date)
        {%- else -%}
        dated.as_of_date
        {%- endif %} as recency_date
    from dated
    cross join complete_months

)

select * from clocks
