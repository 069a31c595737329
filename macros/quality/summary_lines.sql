{#
    The lines of the closing summary, as queries over the marts that they are about. Mart build_summary puts
    them together; after a build that stopped, say_summary asks for those whose marts were built. All
    have the columns of build_summary, with a number that sorts the lines.
#}

{# How many rows were read, kept and refused, with the money of purchases (less discounts) and refunds. #}
{% macro summary_of_rows(files, events) -%}
    {%- set parts = {
        'in': 'true', 'kept': 'rejection_reason is null', 'rejected': "rejection_reason not in ('exact_repeat', 'repeated_purchase')",
        'repeated': "rejection_reason in ('exact_repeat', 'repeated_purchase')",
    } -%}
    with files as (

        select
            sum(rows_in) as rows_in,
            sum(rows_kept) as rows_kept,
            sum(rows_rejected) as rows_rejected,
            sum(rows_repeated) as rows_repeated
        from {{ files }}

    ),

    money as (

        select
        {%- for class in ['purchase', 'refund'] %}
            {%- for part, condition in parts.items() %}
            coalesce(sum(case when event_class = '{{ class }}' and {{ condition }} then row_count end), 0) as {{ class }}s_{{ part }},
            case
                when sum(case when event_class = '{{ class }}' then amount end) > 0
                    then
                        coalesce(sum(case when event_class = '{{ class }}' and {{ condition }} then amount end), 0)
                        {%- if class == 'purchase' %}
                        - coalesce(sum(case when event_class = 'discount' and {{ condition }} then amount end), 0)
                        {%- endif %}
            end as {{ class }}_amount_{{ part }}
            {{- ',' if not loop.last }}
            {%- endfor %}
            {{- ',' if not loop.last }}
        {%- endfor %}
        from {{ events }}

    )

    select
        10 as line_number,
        'rows' as topic,
        'columns' as label,
        {{ summary_columns("'rows'", "'purchases'", "'money'", "'refunds'", "'money'", label="''") }} as text,
        {{ summary_figures() }}
    {%- for label, part in {'read': 'in', 'kept': 'kept', 'refused': 'rejected', 'repeated': 'repeated'}.items() %}
    union all
    select
        {{ 10 + loop.index }} as line_number,
        'rows' as topic,
        '{{ label }}' as label,
        {{ summary_columns(
            count_text('files.rows_' ~ part), count_text('money.purchases_' ~ part), amount_text('money.purchase_amount_' ~ part),
            count_text('money.refunds_' ~ part), amount_text('money.refund_amount_' ~ part), label="'" ~ label ~ "'"
        ) }} as text,
        {{ summary_figures({
            'row_count': 'files.rows_' ~ part, 'purchase_count': 'money.purchases_' ~ part, 'purchase_amount': 'money.purchase_amount_' ~ part,
            'refund_count': 'money.refunds_' ~ part, 'refund_amount': 'money.refund_amount_' ~ part,
        }) }}
    from files
    cross join money
    {%- endfor %}
{%- endmacro %}


{# Of the events kept, those of bots and listed customers, which no other mart counts. #}
{% macro summary_of_excluded(events) -%}
    with excluded as (

        select
            count(*) as row_count,
            coalesce(sum(case when event_type = 'purchase' then 1 else 0 end), 0) as purchase_count,
            coalesce(sum(revenue), 0) as purchase_amount,
            coalesce(sum(case when event_type = 'refund' then 1 else 0 end), 0) as refund_count,
            coalesce(sum(refund_amount), 0) as refund_amount
        from {{ events }}
        where is_excluded

    )

    select
        20 as line_number,
        'rows' as topic,
        'excluded' as label,
        {{ summary_columns(
            count_text('row_count'), count_text('purchase_count'), amount_text('purchase_amount'),
            count_text('refund_count'), amount_text('refund_amount'), label="'excluded'"
        ) }} || '  (kept: bots, listed customers)' as text,
        {{ summary_figures({
            'row_count': 'row_count', 'purchase_count': 'purchase_count', 'purchase_amount': 'purchase_amount',
            'refund_count': 'refund_count', 'refund_amount': 'refund_amount',
        }) }}
    from excluded
{%- endmacro %}


{# The three reasons that cost most, each with its first row and what to do: money first, then rows. #}
{% macro summary_of_refusals(events, reasons, advice) -%}
    {%- set entities = source_entities().items() | selectattr('1.becomes', 'equalto', 'events') | map('first') | list %}
    with refused as (

        select
            event_class,
            '' as entity,
            rejection_reason,
            row_count,
            amount,
            example_source_file,
            example_source_row,
            example_value
        from {{ events }}

        union all

        select
            'other' as event_class,
            ' of ' || entity as entity,
            rejection_reason,
            row_count,
            amount,
            example_source_file,
            example_source_row,
            example_value
        from {{ reasons }}
        where entity not in ('{{ entities | join("', '") }}')

    ),

    placed as (

        select
            refused.*,
            advice.advice,
            row_number() over (
                order by
                    case when refused.event_class in ('purchase', 'refund') then 0 else 1 end,
                    refused.amount desc, refused.row_count desc, refused.entity, refused.event_class, refused.rejection_reason
            ) as place
        from refused
        left join {{ advice }} as advice
            on refused.rejection_reason = advice.rejection_reason
        where {{ is_refusal('refused.rejection_reason') }}

    )

    select
        30 + place as line_number,
        'refused' as topic,
        rejection_reason as label,
        'refused: ' || {{ refusal_text() }} as text,
        {{ summary_figures({
            'row_count': 'row_count',
            'purchase_count': "case when event_class = 'purchase' then row_count end",
            'purchase_amount': "case when event_class = 'purchase' then amount end",
            'refund_count': "case when event_class = 'refund' then row_count end",
            'refund_amount': "case when event_class = 'refund' then amount end",
            'source_file': 'example_source_file', 'source_row': 'example_source_row', 'example_value': 'example_value',
        }) }}
    from placed
    where place <= 3

    union all

    select
        40 as line_number,
        'refused' as topic,
        'further reasons' as label,
        'refused: ' || {{ counted("'row'", 'sum(row_count)') }} || ' for other reasons, see marts.rejection_reasons' as text,
        {{ summary_figures({'row_count': 'sum(row_count)'}) }}
    from placed
    where place > 3
    having count(*) > 0
{%- endmacro %}


{# What came out: orders and their money, customers, and the days of the data. #}
{% macro summary_of_sales(orders, customers, events, clock) -%}
    with buyers as (

        select
            count(*) as order_count,
            coalesce(sum(revenue), 0) as revenue
        from {{ orders }}

    ),

    people as (

        select
            count(*) as customer_count,
            coalesce(sum(case when order_count > 0 then 1 else 0 end), 0) as buyer_count,
            coalesce(sum(refund_amount), 0) as refund_amount
        from {{ customers }}
        where not is_excluded

    ),

    days as (

        select
            min(events.event_date) as first_date,
            max(events.event_date) as last_date
        from {{ events }} as events
        cross join {{ clock }} as clock
        where events.event_at <= clock.as_of

    )

    select
        50 as line_number,
        'sales' as topic,
        'orders' as label,
        case
            when buyers.order_count = 0 then 'no orders; mart insights says why'
            else
                {{ counted("'order'", 'buyers.order_count') }} || ' brought ' || {{ amount_text('buyers.revenue') }} || ' {{ var("currency") }}'
                || case
                    when people.refund_amount <> 0
                        then ', ' || {{ amount_text('buyers.revenue - people.refund_amount') }} || ' after refunds'
                    else ''
                end
        end as text,
        {{ summary_figures({'row_count': 'buyers.order_count', 'purchase_amount': 'buyers.revenue', 'refund_amount': 'people.refund_amount'}) }}
    from buyers
    cross join people
    union all
    select
        51 as line_number,
        'sales' as topic,
        'customers' as label,
        {{ counted("'customer'", 'customer_count') }} || ', ' || {{ count_text('buyer_count') }} || ' of them with an order' as text,
        {{ summary_figures({'row_count': 'customer_count'}) }}
    from people
    union all
    select
        52 as line_number,
        'sales' as topic,
        'days' as label,
        'from ' || cast(first_date as string) || ' to ' || cast(last_date as string) as text,
        {{ summary_figures({'first_date': 'first_date', 'last_date': 'last_date'}) }}
    from days
    where first_date is not null
{%- endmacro %}


{# The figures of a line, in the order of build_summary; null where the line has none. #}
{% macro summary_figures(figures={}) -%}
    {%- set types = {
        'source_file': 'string', 'example_value': 'string', 'row_count': 'bigint', 'purchase_count': 'bigint',
        'purchase_amount': 'decimal(38, 4)', 'refund_count': 'bigint', 'refund_amount': 'decimal(38, 4)',
        'source_row': 'bigint', 'first_date': 'date', 'last_date': 'date',
    } -%}
    {%- for name, type in types.items() %}
        cast({{ figures.get(name, 'null') }} as {{ type }}) as {{ name }}
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# A line of the table of rows: a label and five columns. A longer text moves the rest and is not cut. #}
{% macro summary_columns(rows, purchases, purchase_amount, refunds, refund_amount, label) -%}
    rpad({{ label }}, 8, ' ')
    {%- for text, width in [(rows, 14), (purchases, 11), (purchase_amount, 17), (refunds, 10), (refund_amount, 15)] %}
        || repeat(' ', {{ width }} - length(coalesce({{ text }}, '-'))) || coalesce({{ text }}, '-')
    {%- endfor %}
{%- endmacro %}


{# Whether a reason counts as a refusal. Surplus copies of good rows and rows after as_of do not. #}
{% macro is_refusal(reason) -%}
    {{ reason }} not in ('exact_repeat', 'after_as_of') and {{ reason }} not like 'repeated%'
{%- endmacro %}


{# Rows that were refused for one reason, in words. #}
{% macro refusal_text() -%}
    {{ counted("case event_class when 'purchase' then 'purchase row' when 'refund' then 'refund row' else 'row' end", 'row_count') }} || entity
        || case when event_class in ('purchase', 'refund') and amount <> 0 then ' worth ' || {{ amount_text('amount') }} else '' end
        || ' as ' || rejection_reason || {{ example_text('placed') }}
        || coalesce('; ' || advice, '')
{%- endmacro %}


{# A whole number for people: 1,234. #}
{% macro count_text(number) -%}
    {{ return(adapter.dispatch('count_text', 'footfall')(number)) }}
{%- endmacro %}

{% macro duckdb__count_text(number) -%}
    format('{:,}', cast({{ number }} as bigint))
{%- endmacro %}


{# A count with its noun: 1 order, 1,234 orders. #}
{% macro counted(thing, number) -%}
    {{ count_text(number) }} || ' ' || {{ thing }} || case when {{ number }} = 1 then '' else 's' end
{%- endmacro %}


{# An amount for people: 1,234.50. #}
{% macro amount_text(amount) -%}
    {{ return(adapter.dispatch('amount_text', 'footfall')(amount)) }}
{%- endmacro %}

{% macro duckdb__amount_text(amount) -%}
    format('{:,.2f}', cast(cast({{ amount }} as decimal(38, 2)) as double))
{%- endmacro %}
