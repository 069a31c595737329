{#-
    Full-table facts of every raw column, one scan per entity: what the expectations of scope
    `profile` look at. `malformed_reason` is among the columns: its nulls are the well-formed rows.
-#}
with
{% for entity, config in source_entities().items() %}
{%- set columns = config.columns + config.get('optional_columns', []) + ['malformed_reason'] %}
{%- set required = config.columns + ['malformed_reason'] %}
{%- set time_columns = config.get('time_columns', []) %}
{{ entity }}_facts as (

    select
        {% for column in columns %}
        count({{ text_value(column) }}) as {{ column }}_count,
        {%- set value = to_utc(column) if column in time_columns else column %}
        {%- if column in time_columns %}
        count({{ value }}) as {{ column }}_parsed_count,
        {%- endif %}
        min(cast({{ value }} as string)) as {{ column }}_min,
        max(cast({{ value }} as string)) as {{ column }}_max,
        {% endfor %}
        count(*) as row_count
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }}

),

{{ entity }}_profile as (
    {% for column in columns %}
    select
        '{{ entity }}' as entity,
        '{{ column }}' as column_name,
        row_count,
        row_count - {{ column }}_count as null_count,
        {{ column ~ '_count - ' ~ column ~ '_parsed_count' if column in time_columns else 'null' }}
            as unparseable_count,
        {{ column }}_min as min_value,
        {{ column }}_max as max_value,
        {{ 'true' if column in required else column ~ '_count > 0' }} as is_present
    from {{ entity }}_facts
    {{ 'union all' if not loop.last }}
    {% endfor %}
),
{% endfor %}
unioned as (

    {% for entity in source_entities() -%}
    select * from {{ entity }}_profile
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

shared as (

    select
        *,
        cast(null_count as double) / nullif(row_count, 0) as null_share,
        cast(unparseable_count as double) / nullif(row_count, 0) as unparseable_share
    from unioned

)

select * from shared
