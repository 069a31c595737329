{#-
    What became of the raw events of each class, in rows and in money, before anything is built on them.
    Nothing below is built when too many purchases were refused: int_events depends on this model.
-#}
{%- set entities = source_entities().items() | selectattr('1.becomes', 'equalto', 'events') | map('first') | list %}

with event_types as (

    select
        raw_event_type,
        case when event_type = 'refund' then 'refund' else 'purchase' end as event_class
    from {{ ref('event_types') }}
    where event_type in ('purchase', 'order_discount', 'refund')

),

advice as (

    select * from {{ ref('rejection_advice') }}

),

-- a line that cannot be split into columns may still say what it is
unreadable as (
    {% for entity in entities %}
    select
        source_file,
        source_row,
        raw_line
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }}
    where malformed_reason is not null
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ empty_relation({'source_file': 'string', 'source_row': 'bigint', 'raw_line': 'string'}) }}
    {%- endfor %}
),

unreadable_named as (

    select
        unreadable.source_file,
        unreadable.source_row,
        coalesce(min(event_types.event_class), 'unreadable') as event_class
    from unreadable
    left join event_types
        on
            ' ' || translate(lower(unreadable.raw_line), ',;|"' || chr(9), '     ') || ' '
            like '% ' || lower(trim(event_types.raw_event_type)) || ' %'
    group by unreadable.source_file, unreadable.source_row

),

surplus_copies as (

    select
        source_file,
        source_row,
        rejection_reason
    from {{ ref('int_events_repeated') }}
    where rejection_reason is not null

),

judged as (

    select
        coalesce(
            unreadable_named.event_class,
            case
                when checked.event_type in ('purchase', 'order_discount') then 'purchase'
                when checked.event_type = 'refund' then 'refund'
                else 'other'
            end
        ) as event_class,
        coalesce(checked.rejection_reason, surplus_copies.rejection_reason) as rejection_reason,
        checked.source_file,
        checked.source_row,
        checked.source_amount
    from {{ ref('int_events_checked') }} as checked
    left join surplus_copies
        on
            checked.source_file = surplus_copies.source_file
            and checked.source_row = surplus_copies.source_row
    left join unreadable_named
        on
            checked.source_file = unreadable_named.source_file
            and checked.source_row = unreadable_named.source_row

),

counted as (

    select
        event_class,
        rejection_reason,
        {% for column in ['source_file', 'source_row'] -%}
        min_by({{ column }}, {{ sort_key(['source_file', 'source_row']) }})
            filter (where rejection_reason is not null) as first_{{ column }},
        {% endfor -%}
        count(*) as row_count,
        cast(sum(source_amount) as decimal(38, 4)) as amount
    from judged
    group by event_class, rejection_reason

),

examples as (
    {% for entity, config in source_entities().items() if config.becomes == 'events' %}
    select
        raw_rows.source_file,
        raw_rows.source_row,
        {{ rejected_value(config, 'counted.rejection_reason', 'raw_rows') }} as example_value
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }} as raw_rows
    inner join counted
        on
            raw_rows.source_file = counted.first_source_file
            and raw_rows.source_row = counted.first_source_row
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ empty_relation({'source_file': 'string', 'source_row': 'bigint', 'example_value': 'string'}) }}
    {%- endfor %}
),

explained as (

    select
        counted.event_class,
        counted.rejection_reason,
        advice.advice,
        counted.first_source_file as example_source_file,
        examples.example_value,
        counted.row_count,
        counted.amount,
        counted.first_source_row as example_source_row
    from counted
    left join examples
        on
            counted.first_source_file = examples.source_file
            and counted.first_source_row = examples.source_row
    left join advice
        on counted.rejection_reason = advice.rejection_reason

)

select * from explained
