{# How the project lies on a Spark cluster. #}

{# Others use the cluster too: schemas carry the shop's name, as in footfall_marts. #}
{% macro spark__generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema ~ ('_' ~ custom_schema_name | trim if custom_schema_name) }}
{%- endmacro %}


{#
    First the empty table, then its rows: a table that dbt's own statement makes at once is in the catalog
    only when it is whole, so that a killed build would leave files that stop the next one.
#}
{% macro spark__create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {%- if temporary -%}
        {{ return(create_temporary_view(relation, compiled_code)) }}
    {%- endif -%}
    {%- set query = compiled_code -%}
    {%- if config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(compiled_code) }}
        {%- set query = get_select_subquery(compiled_code) -%}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for column in run_query("describe query " ~ query) -%}
        {%- do columns.append(adapter.quote(column[0]) ~ " " ~ column[1]) -%}
    {%- endfor -%}
    {%- do run_query("create table " ~ relation ~ " (" ~ columns | join(", ") ~ ") " ~ file_format_clause() ~ " " ~ partition_cols("partitioned by")) -%}
    {#- what names a folder stands behind the other columns -#}
    insert overwrite table {{ relation }} by name
    {{ query }}
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
