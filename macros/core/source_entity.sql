{#
    The chosen source's staging model of an entity, or, where the source lacks the entity, a relation
    with the same columns and no row. Nothing passes before the quality gate has.
    columns: {name: type}, the contract of the entity.
#}
{% macro source_entity(entity, columns) -%}
    {#- depends_on: #}
    -- depends_on: {{ ref('quality_gate') }}
    {%- if entity in source_entities() %}
    select
        {%- for name in columns %}
        {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('stg_' ~ var('source') ~ '__' ~ entity) }}
    {%- else %}
    select
        {%- for name, type in columns.items() %}
        cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
    {%- endif %}
{%- endmacro %}
