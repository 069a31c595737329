with listed as (

    {% for entity, config in source_entities().items() -%}
    {% set is_last = loop.last -%}
    {% set required = config.columns + ['malformed_reason'] -%}
    {% for column in required + config.get('optional_columns', []) -%}
    select
        '{{ entity }}' as entity,
        '{{ column }}' as column_name,
        {{ 'true' if column in required else 'false' }} as is_required
    {{ 'union all' if not (is_last and loop.last) }}
    {% endfor -%}
    {% endfor %}
),

facts as (

    select
        entity,
        column_name,
        cast(sum(row_count) as bigint) as row_count,
        cast(sum(null_count) as bigint) as null_count,
        min(min_value) as min_value,
        max(max_value) as max_value
    from {{ ref('int_source_columns') }}
    group by entity, column_name

),

times as (

    select * from {{ ref('int_source_times') }}

),

completed as (

    select
        listed.entity,
        listed.column_name,
        coalesce(times.min_value, facts.min_value) as min_value,
        coalesce(times.max_value, facts.max_value) as max_value,
        coalesce(facts.row_count, 0) as row_count,
        coalesce(facts.null_count, 0) as null_count,
        times.unparseable_count,
        times.days_behind,
        cast(facts.null_count as double) / nullif(facts.row_count, 0) as null_share,
        cast(times.unparseable_count as double)
        / nullif(facts.row_count, 0) as unparseable_share,
        times.empty_day_share,
        listed.is_required or coalesce(facts.null_count < facts.row_count, false) as is_present
    from listed
    left join facts
        on
            listed.entity = facts.entity
            and listed.column_name = facts.column_name
    left join times
        on
            listed.entity = times.entity
            and listed.column_name = times.column_name

)

select * from completed
