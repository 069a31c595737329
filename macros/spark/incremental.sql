{#
    Spark has no transactions over tables: what is incremental on DuckDB is made anew there, whole, by
    every run, and nothing is remembered between runs.
#}
{% materialization incremental, adapter='spark', supported_languages=['sql'] -%}
    {{ return(dbt.materialization_table_spark()) }}
{%- endmaterialization %}
