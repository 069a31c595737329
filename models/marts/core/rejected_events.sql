with repeated as (

    select
        source_file,
        rejection_reason,
        source_row
    from {{ ref('int_events_repeated') }}
    where rejection_reason is not null

),

-- a copy was accepted before it was found to be one, so its row is shown as it was read
copies as (

    select
        {{ all_but('checked', [
            'event_at', 'source_file', 'source_row', 'rejection_reason', 'load_id'
        ]) }},
        -- DuckDB and Spark write times in JSON differently; Spark puts source_file last in any case
        cast(checked.event_at as string) as event_at,
        checked.source_row,
        checked.source_file
    from {{ ref('int_events_checked') }} as checked
    inner join repeated
        on
            checked.source_file = repeated.source_file
            and checked.source_row = repeated.source_row

),

unioned as (

    select
        entity,
        source_file,
        rejection_reason,
        raw_row,
        rejected_value,
        amount,
        source_row
    from {{ ref('int_events_rejected') }}
    {% for entity, config in source_entities().items() %}

    union all

    {% if config.becomes == 'events' -%}
    select
        '{{ entity }}' as entity,
        repeated.source_file,
        repeated.rejection_reason,
        {{ row_as_json('copies') }} as raw_row,
        left({{ row_as_json('copies') }}, 200) as rejected_value,
        cast(copies.source_amount as decimal(38, 4)) as amount,
        repeated.source_row
    from copies
    inner join repeated
        on
            copies.source_file = repeated.source_file
            and copies.source_row = repeated.source_row
    {%- else -%}
    {%- set judged = 'int_' ~ config.becomes ~ '_checked' if config.becomes else 'stg_' ~ var('source') ~ '__' ~ entity %}
    select
        '{{ entity }}' as entity,
        raw_rows.source_file,
        judged.rejection_reason,
        {{ row_as_json('raw_rows') }} as raw_row,
        {{ rejected_value(config, 'judged.rejection_reason', 'raw_rows') }} as rejected_value,
        cast({{ raw_amount(config) }} as decimal(38, 4)) as amount,
        raw_rows.source_row
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }} as raw_rows
    inner join (
        select
            source_file,
            rejection_reason,
            source_row
        from {{ ref(judged) }}
        where rejection_reason is not null
    ) as judged
        on
            raw_rows.source_file = judged.source_file
            and raw_rows.source_row = judged.source_row
    {%- endif %}
    {%- endfor %}

)

select * from unioned
