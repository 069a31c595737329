{# dbt calls this for each model while it reads the project, so vars are checked here first. #}
{% macro generate_schema_name(custom_schema_name, node=none) -%}
    {%- if not execute and node.resource_type == 'model' -%}
        {%- do check_var_types() -%}
    {%- endif -%}
    {{ adapter.dispatch('generate_schema_name', 'footfall')(custom_schema_name, node) }}
{%- endmacro %}

{% macro duckdb__generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
