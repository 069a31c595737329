{#- Joined before the row becomes JSON, so that only rejected rows pay for it. -#}
{%- set entities = source_entities() %}
with rejected as (

    select * from {{ ref('int_rows_rejected') }}

),

{% for entity in entities -%}
raw_{{ entity }} as (

    select
        rejected.entity,
        raw_rows.source_file,
        rejected.rejection_reason,
        {{ row_as_json('raw_rows') }} as raw_row,
        raw_rows.source_row
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }} as raw_rows
    inner join rejected
        on
            raw_rows.source_file = rejected.source_file
            and raw_rows.source_row = rejected.source_row
            and rejected.entity = '{{ entity }}'

),

{% endfor -%}
unioned as (

    {% for entity in entities -%}
    select * from raw_{{ entity }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from unioned
