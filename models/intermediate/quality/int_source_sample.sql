{#-
    Every n-th raw row, n such that at most var('quality_sample_rows') rows come out: reproducible,
    and its cost does not grow with the data. Where the source writes numbers or times in its own way,
    those that staging reads stand here in the one form that expectations read.
-#}
{%- set has_own_ways = (
    source_setting('decimal_mark') == ','
    or source_setting('time_formats')
    or source_setting('day_first') is not none
) %}
with
{% for entity, config in source_entities().items() %}
{%- set times = config.get('time_columns', []) %}
{{ entity }}_pace as (

    select cast(ceil(count(*) / {{ var('quality_sample_rows') }}.0) as bigint) as every_nth
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }}
    where malformed_reason is null

),

{{ entity }} as (

    {% if has_own_ways -%}
    select
        {%- for column in raw_columns(var('source'), entity) %}
        {%- if column in times %}
        coalesce(cast({{ to_utc(column) }} as string), {{ column }}) as {{ column }},
        {%- elif column == config.price_column %}
        coalesce(cast({{ decimal_value(column) }} as string), {{ column }}) as {{ column }},
        {%- elif column == config.quantity_column %}
        coalesce(cast({{ whole_number(column) }} as string), {{ column }}) as {{ column }},
        {%- else %}
        {{ column }},
        {%- endif %}
        {%- endfor %}
        source_row,
        source_file
    {%- else -%}
    select *
    {%- endif %}
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }}
    where
        malformed_reason is null
        and source_row % (
            select {{ entity }}_pace.every_nth from {{ entity }}_pace
        ) = 0

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
