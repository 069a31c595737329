{% macro generate_schema_name(custom_schema_name, node=none) -%}
    {{ adapter.dispatch('generate_schema_name', 'footfall')(custom_schema_name, node) }}
{%- endmacro %}

{% macro duckdb__generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
