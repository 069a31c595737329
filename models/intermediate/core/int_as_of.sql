{%- set first_day = "date '2000-01-01'" %}
with days as (

    select
        {{ reporting_date('event_at') }} as event_date,
        count(*) as event_count,
        max(event_at) as last_event_at
    from {{ ref('int_events_checked') }}
    where rejection_reason is null
    group by {{ reporting_date('event_at') }}

),

days_dated as (

    select
        *,
        {{ dbt.datediff(first_day, 'event_date', 'day') }}
            as day_number
    from days

),

pauses_measured as (

    select
        *,
        day_number - lag(day_number) over (order by day_number) as pause_days,
        sum(event_count) over (order by day_number range between 6 preceding and current row)
            as week_event_count
    from days_dated

),

-- medians, because one day of bots or of an import would move a mean
usual as (

    select
        median(event_count) as event_count,
        median(pause_days) as pause_days
    from pauses_measured

),

-- A stretch lies between two long pauses: of three months, or, where days with events are rare, of
-- ten times the usual pause
stretches_numbered as (

    select
        pauses_measured.*,
        usual.event_count as usual_event_count,
        sum(
            case
                when pauses_measured.pause_days > greatest(90, 10 * usual.pause_days) then 1
                else 0
            end
        ) over (order by pauses_measured.day_number) as stretch_number
    from pauses_measured
    cross join usual

),

stretches_summed as (

    select
        *,
        sum(event_count) over (partition by stretch_number) as stretch_event_count
    from stretches_numbered

),

-- A wrong clock makes a day that is nearly empty, that is alone in its week, or that lies years
-- ahead with a few days' events. Such a day does not end the data
clock as (

    select coalesce({{ time_literal('as_of') }}, max(last_event_at)) as as_of
    from stretches_summed
    where
        event_count >= usual_event_count / 10
        and week_event_count >= usual_event_count / 2
        and (stretch_number = 0 or stretch_event_count >= 10 * usual_event_count)

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

-- an orders file may reach further than the orders that have lines, so earlier months are over
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
        {%- endif %} as recency_date,
        complete_months.last_day as complete_until
    from dated
    cross join complete_months

)

select * from clocks
