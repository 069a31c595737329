with rejected as (

    select * from {{ ref('rejected_events') }}

),

advice as (

    select * from {{ ref('rejection_advice') }}

),

counted as (

    select
        entity,
        rejection_reason,
        {% for column in ['source_file', 'source_row', 'rejected_value'] -%}
        min_by({{ column }}, {{ sort_key(['source_file', 'source_row']) }}) as {{ column }},
        {% endfor -%}
        count(*) as row_count,
        cast(sum(amount) as decimal(38, 4)) as amount
    from rejected
    group by entity, rejection_reason

),

explained as (

    select
        counted.entity,
        counted.rejection_reason,
        advice.meaning,
        advice.advice,
        counted.source_file as example_source_file,
        counted.rejected_value as example_value,
        counted.row_count,
        counted.amount,
        counted.source_row as example_source_row
    from counted
    left join advice
        on counted.rejection_reason = advice.rejection_reason

)

select * from explained
