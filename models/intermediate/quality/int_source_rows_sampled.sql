{{ config(
    materialized='incremental',
    meta={'follows': 'files'},
    pre_hook="{{ forget_changed_files() }}",
    post_hook="{{ record_files() }}",
) }}
with paces as (

    select * from {{ ref('int_source_paces') }}

),

{%- for entity in source_entities() %}
{{ entity }} as (

    select {{ sample_columns(entity) }}
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }}
    where
        malformed_reason is null
        and source_row % (
            select paces.every_nth from paces
            where paces.entity = '{{ entity }}'
        ) = 0
    {%- if is_incremental() %}
        and {{ is_in_changed_files() }}
    {%- endif %}

),

{{ entity }}_sample as (

    select
        '{{ entity }}' as entity,
        source_file,
        {{ row_as_json(entity) }} as raw_row,
        source_row
    from {{ entity }}

),
{% endfor %}
unioned as (
    {% for entity in source_entities() %}
    select * from {{ entity }}_sample
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from unioned
