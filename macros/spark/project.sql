{# How the project lies on a Spark cluster. #}

{# Others use the cluster too: schemas carry the shop's name, as in footfall_marts. #}
{% macro spark__generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema ~ ('_' ~ custom_schema_name | trim if custom_schema_name) }}
{%- endmacro %}


{#
    A seed of more than 1,000 rows is read by the cluster, which must see the project's folder: sent as
    literals, a long one takes minutes.
#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- if agate_table.rows | length <= 1000 -%}
        {{ return(dbt.spark__load_csv_rows(model, agate_table)) }}
    {%- endif -%}
    {%- set view = model.name ~ '_file' -%}
    {%- do run_query(
        "create or replace temporary view " ~ view ~ " using csv options (path "
        ~ text_literal(escaped_path(model.root_path ~ '/' ~ model.original_file_path))
        ~ ", header 'true', escape '\"', mode 'FAILFAST')"
    ) -%}
    {%- set columns = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- do columns.append("cast(" ~ adapter.quote(name) ~ " as " ~ model.config.column_types[name] ~ ")") -%}
    {%- endfor -%}
    {%- set sql = "insert into " ~ this ~ " select " ~ columns | join(', ') ~ " from " ~ view -%}
    {%- do run_query(sql) -%}
    {{ return(sql) }}
{%- endmacro %}


{# `make spark-score` builds the mart, from what Spark wrote. #}
{% macro spark__python_results(mart, columns) -%}
    {{ empty_relation(columns) }}
{%- endmacro %}
