{#
    Purchases, discounts or refunds, if more than a share of them was refused, with the reasons and an example
    of each.
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
            {{ is_refusal('rejection_reason') }} as is_refused
        from counted
    ) as judged
    group by event_class

)

select
    {{ count_text('totals.rows_refused') }} || ' of ' || {{ count_text('totals.rows_in') }} || ' '
    || totals.event_class || ' rows were refused'
    || case
        when totals.amount_in > 0
            then
                ', ' || {{ amount_text('totals.amount_refused') }} || ' of '
                || {{ amount_text('totals.amount_in') }} || ' in money'
        else ''
    end
    || '; ' || {{ count_text('counted.row_count') }} || ' of them as ' || counted.rejection_reason
    || {{ example_text('counted') }}
    || coalesce('; ' || counted.advice, '')
    {%- if limit is string %} || '; the limit is var {{ limit }} ({{ var(limit) }})'{% endif %}
        as finding
from totals
inner join counted
    on totals.event_class = counted.event_class
where
    totals.event_class in ('purchase', 'discount', 'refund')
    and {{ is_refusal('counted.rejection_reason') }}
    and (
        totals.rows_refused > {{ var(limit) if limit is string else limit }} * totals.rows_in
        or totals.amount_refused > {{ var(limit) if limit is string else limit }} * totals.amount_in
    )
order by counted.row_count desc, totals.event_class, counted.rejection_reason
{%- endmacro %}
