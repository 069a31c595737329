{#
    Run on DuckDB by `make spark-score`: the tables that Spark wrote become views over their Parquet
    files, under the names that models refer to, so that what Python feeds can be built upon them.
#}
{% macro attach_spark_tables(folder, schema) -%}
    {%- set pattern = '/' ~ modules.re.escape(schema) ~ '_([a-z]+)[.]db/([a-z0-9_]+)/' -%}
    {%- set tables = run_query("
        select
            regexp_extract(file, " ~ text_literal(pattern) ~ ", 1) as schema_name,
            regexp_extract(file, " ~ text_literal(pattern) ~ ", 2) as table_name,
            bool_or(contains(file, '/source_file=')) as is_by_file
        from (
            from glob(" ~ text_literal(folder ~ '/' ~ schema ~ '_*.db/*/*.parquet') ~ ")
            union all
            from glob(" ~ text_literal(folder ~ '/' ~ schema ~ '_*.db/*/source_file=*/*.parquet') ~ ")
        )
        group by schema_name, table_name
        -- what Spark knows of its files is not what this warehouse knows
        having schema_name <> 'state'
        order by all
    ") -%}
    {%- if not tables -%}
        {{ raise_error("no table of '" ~ schema ~ "' in " ~ folder ~ ". Run `make spark-build` first, or set FOOTFALL_SPARK_TABLES.") }}
    {%- endif -%}
    {#- the stamp is written anew here -#}
    {%- for schema_name, table_name, is_by_file in tables.rows if table_name != warehouse_stamp().identifier -%}
        {%- set files = folder ~ '/' ~ schema ~ '_' ~ schema_name ~ '.db/' ~ table_name ~ ('/source_file=*' if is_by_file else '') ~ '/*.parquet' -%}
        {%- set partitions = "hive_partitioning = true, hive_types = {'source_file': varchar}" if is_by_file else "hive_partitioning = false" -%}
        {%- do run_query("create schema if not exists " ~ schema_name) -%}
        {%- do run_query("create or replace view " ~ schema_name ~ "." ~ table_name ~ " as select * from read_parquet(" ~ text_literal(files) ~ ", " ~ partitions ~ ")") -%}
    {%- endfor -%}
    {{ log("Footfall: " ~ tables | length ~ " tables of Spark in " ~ target.path, info=true) }}
{%- endmacro %}
