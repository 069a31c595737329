{{ config(
    materialized='incremental',
    meta={'follows': 'files'},
    pre_hook="{{ forget_changed_files() }}",
    post_hook="{{ record_files() }}",
) }}
with
{% for entity, config in source_entities().items() %}
{%- set columns = config.columns + config.get('optional_columns', []) + ['malformed_reason'] %}
{%- set time_columns = config.get('time_columns', []) %}
{{ entity }}_facts as (

    select
        source_file,
        {% for column in columns %}
        count({{ text_value(column) }}) as {{ column }}_count,
        {%- if column not in time_columns %}
        min({{ column }}) as {{ column }}_min,
        max({{ column }}) as {{ column }}_max,
        {%- endif %}
        {% endfor %}
        count(*) as row_count
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }}
    {% if is_incremental() -%}
    where {{ is_in_changed_files() }}
    {%- endif %}
    group by source_file

),

{{ entity }}_columns as (
    {% for column in columns %}
    select
        '{{ entity }}' as entity,
        '{{ column }}' as column_name,
        source_file,
        row_count,
        row_count - {{ column }}_count as null_count,
        {{ column ~ '_min' if column not in time_columns else 'cast(null as string)' }}
            as min_value,
        {{ column ~ '_max' if column not in time_columns else 'cast(null as string)' }}
            as max_value
    from {{ entity }}_facts
    {{ 'union all' if not loop.last }}
    {% endfor %}
),
{% endfor %}
unioned as (

    {% for entity in source_entities() -%}
    select * from {{ entity }}_columns
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from unioned
