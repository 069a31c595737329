{#
    The model that delivers an entity of the input contract for the chosen source, or, where the source
    lacks the entity, a relation with the same columns and no row. Nothing passes before the quality
    gate has.
    columns: {name: type}, the contract of the entity.
#}
{% macro source_entity(entity, columns) -%}
    {#- depends_on: #}
    -- depends_on: {{ ref('quality_gate') }}
    {%- if entity in source_config().provides %}
    select
        {%- for name in columns %}
        {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref(source_config().provides[entity]) }}
    {%- else %}
    select
        {%- for name, type in columns.items() %}
        cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
    {%- endif %}
{%- endmacro %}
