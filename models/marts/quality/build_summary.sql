with summed_rows as (

    {{ summary_of_rows(ref('source_reconciliation'), ref('int_events_counted')) }}

),

excluded as (

    {{ summary_of_excluded(ref('fct_events')) }}

),

refusals as (

    {{ summary_of_refusals(
        ref('int_events_counted'), ref('rejection_reasons'), ref('rejection_advice')
    ) }}

),

sales as (

    {{ summary_of_sales(
        ref('fct_orders'), ref('dim_customers'), ref('fct_events'), ref('int_as_of')
    ) }}

),

unioned as (

    select * from summed_rows
    union all
    select * from excluded
    union all
    select * from refusals
    union all
    select * from sales

),

numbered as (

    select
        topic,
        label,
        text,
        source_file,
        example_value,
        cast(row_number() over (order by line_number) as int) as line_number,
        row_count,
        purchase_count,
        purchase_amount,
        refund_count,
        refund_amount,
        source_row,
        first_date,
        last_date
    from unioned

)

select * from numbered
