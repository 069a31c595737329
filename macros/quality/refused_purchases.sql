{#
    Classes of rows that bring or take money of which more than a share was refused, with the reasons and an
    example of each.
    limit: the share, or the name of the var that holds it.
-#}
{% macro refused_purchases(limit) -%}
with counted as (

    select * from {{ ref('int_events_counted') }}

),

totals as (

    select
        event_class,
        sum(row_count) as rows_in,
        sum(amount) as amount_in,
        sum(case when is_refused then row_count else 0 end) as rows_refused,
        sum(case when is_refused then amount else 0 end) as amount_refused
    from (
        select
            *,
            rejection_reason not in ('exact_repeat', 'after_as_of') as is_refused
        from counted
    ) as judged
    group by event_class

)

select
    totals.event_class,
    counted.rejection_reason,
    counted.row_count as rows_refused,
    totals.rows_in,
    counted.amount as amount_refused,
    totals.amount_in,
    counted.example_source_file || ':' || cast(counted.example_source_row as string) as example_at,
    counted.example_value,
    advice.advice as what_to_do
from totals
inner join counted
    on totals.event_class = counted.event_class
left join {{ ref('rejection_advice') }} as advice
    on counted.rejection_reason = advice.rejection_reason
where
    totals.event_class in ('purchase', 'refund')
    and counted.rejection_reason not in ('exact_repeat', 'after_as_of')
    and (
        totals.rows_refused > {{ var(limit) if limit is string else limit }} * totals.rows_in
        or totals.amount_refused > {{ var(limit) if limit is string else limit }} * totals.amount_in
    )
order by counted.row_count desc, totals.event_class, counted.rejection_reason
{%- endmacro %}
