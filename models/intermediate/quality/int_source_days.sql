{#- Every time column is parsed here once; other quality models read the days. -#}
{{ config(
    materialized='incremental',
    meta={'follows': 'files'},
    pre_hook="{{ forget_changed_files() }}",
    post_hook="{{ record_files() }}",
) }}
with
{% for entity, config in source_entities().items() %}
{% for column in config.get('time_columns', []) %}
{{ entity }}_{{ column }}_parsed as (

    select
        source_file,
        {{ text_value(column) }} as known_text,
        {{ to_utc(column) }} as parsed_at
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }}
    {% if is_incremental() -%}
    where {{ is_in_changed_files() }}
    {%- endif %}

),

{{ entity }}_{{ column }}_days as (

    select
        '{{ entity }}' as entity,
        '{{ column }}' as column_name,
        source_file,
        count(known_text) as known_count,
        count(parsed_at) as parsed_count,
        {{ reporting_date('parsed_at') }} as row_date,
        min(parsed_at) as first_at,
        max(parsed_at) as last_at
    from {{ entity }}_{{ column }}_parsed
    group by source_file, {{ reporting_date('parsed_at') }}

),
{% endfor %}
{% endfor %}
unioned as (

    {% for entity, config in source_entities().items() %}
    {% for column in config.get('time_columns', []) %}
    select * from {{ entity }}_{{ column }}_days
    union all
    {% endfor %}
    {% endfor %}
    -- a source without time columns: no row
    select
        cast(null as string) as entity,
        cast(null as string) as column_name,
        cast(null as string) as source_file,
        cast(null as bigint) as known_count,
        cast(null as bigint) as parsed_count,
        cast(null as date) as row_date,
        cast(null as timestamp) as first_at,
        cast(null as timestamp) as last_at
    where false

)

select * from unioned
