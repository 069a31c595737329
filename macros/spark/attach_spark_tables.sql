{#
    Run on DuckDB by `make spark-score`: the tables that Spark wrote become views over their Parquet
    files, under the names that models refer to, so that what Python feeds can be built upon them.
#}
{% macro attach_spark_tables(folder, schema) -%}
    {%- set pattern = '/' ~ modules.re.escape(schema) ~ '_([a-z]+)[.]db/([a-z0-9_]+)/[^/]*$' -%}
    {%- set tables = run_query(
        "select distinct regexp_extract(file, " ~ text_literal(pattern) ~ ", 1), regexp_extract(file, "
        ~ text_literal(pattern) ~ ", 2) from glob(" ~ text_literal(folder ~ '/' ~ schema ~ '_*.db/*/*.parquet') ~ ") order by all"
    ) -%}
    {%- if not tables -%}
        {{ raise_error("no table of '" ~ schema ~ "' in " ~ folder ~ ". Run `make spark-build` first, or set FOOTFALL_SPARK_TABLES.") }}
    {%- endif -%}
    {#- the stamp is written anew here -#}
    {%- for schema_name, table_name in tables.rows if table_name != warehouse_stamp().identifier -%}
        {%- set files = folder ~ '/' ~ schema ~ '_' ~ schema_name ~ '.db/' ~ table_name ~ '/*.parquet' -%}
        {%- do run_query("create schema if not exists " ~ schema_name) -%}
        {%- do run_query("create or replace view " ~ schema_name ~ "." ~ table_name ~ " as select * from read_parquet(" ~ text_literal(files) ~ ")") -%}
    {%- endfor -%}
    {{ log("Footfall: " ~ tables | length ~ " tables of Spark in " ~ target.path, info=true) }}
{%- endmacro %}
