with counted as (

    select * from {{ ref('int_events_counted') }}

),

outcomes_told as (

    select
        *,
        case
            when rejection_reason is null then 'kept'
            when rejection_reason = 'exact_repeat' then 'repeated'
            else 'rejected'
        end as outcome
    from counted

),

reconciled as (

    select
        event_class,
        cast(sum(row_count) as bigint) as rows_in,
        {% for outcome in ['kept', 'rejected', 'repeated'] -%}
        cast(sum(case when outcome = '{{ outcome }}' then row_count else 0 end) as bigint)
            as rows_{{ outcome }},
        {% endfor -%}
        cast(sum(amount) as decimal(38, 4)) as amount_in,
        {% for outcome in ['kept', 'rejected', 'repeated'] -%}
        cast(sum(case when outcome = '{{ outcome }}' then amount else 0 end) as decimal(38, 4))
            as amount_{{ outcome }}{{ ',' if not loop.last }}
        {% endfor %}
    from outcomes_told
    group by event_class

)

select * from reconciled
