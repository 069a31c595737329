{#
    The rows of an entity of the input contract: from the model that delivers it for the chosen source, or, if
    the source has no such entity, a relation with the same columns and no row. It is built after the quality
    gate. Blanks around texts are removed, and ids are changed so that they never equal one that Footfall makes.
    columns: {name: type}, the contract of the entity; a column that the model lacks is null.
#}
{% macro source_entity(entity, columns) -%}
    {#- depends_on: #}
    -- depends_on: {{ ref('quality_gate') }}
    {%- if entity in source_config().provides %}
    {%- set delivered = delivered_columns(ref(source_config().provides[entity]), entity, columns) %}
    select
        {%- for name, type in columns.items() %}
        {% if name not in delivered -%}
        cast(null as {{ type }}) as {{ name }}
        {%- elif name in ['customer_id', 'anonymous_id', 'session_id', 'order_id'] -%}
        {{ source_id(trimmed(name)) }} as {{ name }}
        {%- elif type == 'string' and name not in ['extra', 'source_file', 'rejection_reason'] -%}
        {{ trimmed(name) }} as {{ name }}
        {%- else -%}
        {{ name }}
        {%- endif %}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref(source_config().provides[entity]) }}
    {%- else %}
    {{ empty_relation(columns) }}
    {%- endif %}
{%- endmacro %}


{# The columns that a staging model has; all of the contract if the model was not built yet. #}
{% macro delivered_columns(relation, entity, columns) -%}
    {%- set delivered = [] -%}
    {%- for column in adapter.get_columns_in_relation(relation) if execute and load_relation(relation) -%}
        {%- do delivered.append(column.name | lower) -%}
    {%- endfor -%}
    {#- Of events, a misspelt column would be missing without a word. Other entities may come from a file that
        holds more: the offers of purchase_history name their customer's age -#}
    {%- for name in delivered if entity == 'events' and name not in columns -%}
        {{ raise_error("model '" ~ relation.identifier ~ "' has a column '" ~ name ~ "', which " ~ entity ~ " of the input contract have not. They have: " ~ columns | join(', ') ~ ".") }}
    {%- endfor -%}
    {{ return(delivered or columns) }}
{%- endmacro %}


{# A query of typed columns and no row. #}
{% macro empty_relation(columns) -%}
    select
        {%- for name, type in columns.items() %}
        cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
{%- endmacro %}


{#
    The rows of the mart of a Python model, or, on an engine that runs no Python models, a relation with the same
    columns and no row.
    columns: {name: type}, those that are read.
#}
{% macro python_results(mart, columns) -%}
    {{ adapter.dispatch('python_results', 'footfall')(mart, columns) }}
{%- endmacro %}

{% macro duckdb__python_results(mart, columns) -%}
    select
        {%- for name in columns %}
        {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref(mart) }}
{%- endmacro %}
