{#-
    Full-table facts of every raw column, one scan per entity: what the expectations of scope
    `profile` look at. `malformed_reason` is among the columns: its nulls are the well-formed rows.
    What only times have is in int_source_times.
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
        {%- if column not in time_columns %}
        min({{ column }}) as {{ column }}_min,
        max({{ column }}) as {{ column }}_max,
        {%- endif %}
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
        {{ column ~ '_min' if column not in time_columns else 'null' }} as min_value,
        {{ column ~ '_max' if column not in time_columns else 'null' }} as max_value,
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

times as (

    select * from {{ ref('int_source_times') }}

),

completed as (

    select
        unioned.entity,
        unioned.column_name,
        coalesce(times.min_value, unioned.min_value) as min_value,
        coalesce(times.max_value, unioned.max_value) as max_value,
        unioned.row_count,
        unioned.null_count,
        times.unparseable_count,
        times.days_behind,
        cast(unioned.null_count as double) / nullif(unioned.row_count, 0) as null_share,
        cast(times.unparseable_count as double)
        / nullif(unioned.row_count, 0) as unparseable_share,
        times.empty_day_share,
        unioned.is_present
    from unioned
    left join times
        on
            unioned.entity = times.entity
            and unioned.column_name = times.column_name

)

select * from completed
