with days as (

    select
        entity,
        column_name,
        row_date,
        sum(known_count) as known_count,
        sum(parsed_count) as parsed_count,
        min(first_at) as first_at,
        max(last_at) as last_at
    from {{ ref('int_source_days') }}
    group by entity, column_name, row_date

),

facts as (

    select
        entity,
        column_name,
        cast(min(first_at) as string) as min_value,
        cast(max(last_at) as string) as max_value,
        cast(sum(known_count - parsed_count) as bigint) as unparseable_count
    from days
    group by entity, column_name

),

valid_days as (

    select
        *,
        sum(parsed_count) over (
            partition by entity, column_name
            order by {{ dbt.datediff("cast('2000-01-01' as date)", 'row_date', 'day') }}
            range between 6 preceding and current row
        ) as week_count
    from days
    where
        row_date >= {{ time_literal('valid_from') }}
        and row_date < {{ time_literal('valid_to') }}

),

usual_days as (

    select
        entity,
        column_name,
        median(parsed_count) as usual_count
    from valid_days
    group by entity, column_name

),

-- A wrong clock makes a nearly empty day, or a single day far from all others. The span of the data
-- does not begin or end there
spans as (

    select
        valid_days.entity,
        valid_days.column_name,
        min(valid_days.row_date) as first_date,
        max(
            case
                when valid_days.week_count >= usual_days.usual_count / 2 then valid_days.row_date
            end
        ) as last_date
    from valid_days
    inner join usual_days
        on
            valid_days.entity = usual_days.entity
            and valid_days.column_name = usual_days.column_name
    where valid_days.parsed_count >= usual_days.usual_count / 10
    group by valid_days.entity, valid_days.column_name

),

gaps as (

    select
        spans.entity,
        spans.column_name,
        spans.last_date,
        count(*) as filled_days,
        {{ dbt.datediff('spans.first_date', 'spans.last_date', 'day') }}
        + 1 as all_days
    from spans
    inner join valid_days
        on
            spans.entity = valid_days.entity
            and spans.column_name = valid_days.column_name
            and valid_days.row_date between spans.first_date and spans.last_date
    group by spans.entity, spans.column_name, spans.first_date, spans.last_date

),

dated as (

    select
        facts.entity,
        facts.column_name,
        facts.min_value,
        facts.max_value,
        facts.unparseable_count,
        cast(gaps.all_days - gaps.filled_days as double) / gaps.all_days as empty_day_share,
        {{ dbt.datediff('gaps.last_date', time_literal('expected_until'), 'day') }}
            as days_behind
    from facts
    left join gaps
        on
            facts.entity = gaps.entity
            and facts.column_name = gaps.column_name

)

select * from dated
