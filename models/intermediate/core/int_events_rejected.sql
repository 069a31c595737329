{#-
    Written while a file is read, because base models do not keep it. The join comes first, so that
    only rejected rows are turned into JSON.
-#}
{{ config(
    materialized='incremental',
    meta={'follows': 'event_files'},
    pre_hook="{{ forget_changed_files() }}",
    post_hook="{{ record_files() }}",
) }}
{%- set events = source_entities().items() | selectattr('1.becomes', 'equalto', 'events') | list %}
with rejected as (

    select
        source_file,
        rejection_reason,
        source_row
    from {{ ref('int_events_checked') }}
    where
        rejection_reason is not null
    {%- if is_incremental() %}
        and {{ is_in_changed_files() }}
    {%- endif %}

),

described as (
    {% for entity, config in events %}
    select
        '{{ entity }}' as entity,
        raw_rows.source_file,
        rejected.rejection_reason,
        raw_rows.raw_line,
        {{ row_as_json('raw_rows') }} as raw_row,
        {{ rejected_value(config, 'rejected.rejection_reason', 'raw_rows') }} as rejected_value,
        cast({{ raw_amount(config) }} as decimal(38, 4)) as amount,
        raw_rows.source_row
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }} as raw_rows
    inner join rejected
        on
            raw_rows.source_file = rejected.source_file
            and raw_rows.source_row = rejected.source_row
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ empty_relation({
        'entity': 'string',
        'source_file': 'string',
        'rejection_reason': 'string',
        'raw_line': 'string',
        'raw_row': 'string',
        'rejected_value': 'string',
        'amount': 'decimal(38, 4)',
        'source_row': 'bigint',
    }) }}
    {%- endfor %}
)

select * from described
