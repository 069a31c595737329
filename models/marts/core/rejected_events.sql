with copies as (

    select * from {{ ref('int_events_repeated') }}
    where rejection_reason is not null

),

{%- for entity, config in source_entities().items() if config.becomes != 'events' %}
{%- set staged = 'stg_' ~ var('source') ~ '__' ~ entity %}
{%- set model = 'int_' ~ config.becomes ~ '_checked' if config.becomes else staged %}

{{ entity }}_rejected as (

    select
        source_file,
        rejection_reason,
        source_row
    from {{ ref(model) }}
    where rejection_reason is not null

),
{%- endfor %}

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
        source_file,
        rejection_reason,
        -- A copy was accepted when its file was read, and its raw text was not kept. Show the
        -- row as it is stored
        checked_row as raw_row,
        left(checked_row, 200) as rejected_value,
        cast(source_amount as decimal(38, 4)) as amount,
        source_row
    from copies
    {%- else -%}
    select
        '{{ entity }}' as entity,
        raw_rows.source_file,
        judged.rejection_reason,
        {{ row_as_json('raw_rows') }} as raw_row,
        {{ rejected_value(config, 'judged.rejection_reason', 'raw_rows') }} as rejected_value,
        cast({{ raw_amount(config) }} as decimal(38, 4)) as amount,
        raw_rows.source_row
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }} as raw_rows
    inner join {{ entity }}_rejected as judged
        on
            raw_rows.source_file = judged.source_file
            and raw_rows.source_row = judged.source_row
    {%- endif %}
    {%- endfor %}

)

select * from unioned
