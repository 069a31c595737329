{#- Joined before the row becomes JSON, so that only rejected rows pay for it. -#}
with rejected as (

    select * from {{ ref('int_rows_rejected') }}

),
{% for entity, config in source_entities().items() %}
{{ entity }}_rejected as (

    select
        source_file,
        rejection_reason,
        source_row
    {%- if config.becomes is defined %}
    from rejected
    where entity = '{{ config.becomes }}'
    {%- else %}
    from {{ ref('stg_' ~ var('source') ~ '__' ~ entity) }}
    where rejection_reason is not null
    {%- endif %}

),

{{ entity }}_raw as (

    select
        '{{ entity }}' as entity,
        raw_rows.source_file,
        {{ entity }}_rejected.rejection_reason,
        {{ row_as_json('raw_rows') }} as raw_row,
        {{ rejected_value(config, entity ~ '_rejected.rejection_reason', 'raw_rows') }}
            as rejected_value,
        cast({{ raw_amount(config) }} as decimal(38, 4)) as amount,
        raw_rows.source_row
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }} as raw_rows
    inner join {{ entity }}_rejected
        on
            raw_rows.source_file = {{ entity }}_rejected.source_file
            and raw_rows.source_row = {{ entity }}_rejected.source_row

),
{% endfor %}
unioned as (
    {% for entity in source_entities() %}
    select * from {{ entity }}_raw
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from unioned
