{#
    Spark has no transactions over tables, so little is remembered there between runs: what comes from raw
    files one by one. A model that follows files writes a folder per file, and takes the files that are new or
    changed since its own last run; all other models are made from nothing.

    In <schema>_state, `found_files` is this run's frozen list, and each such model has a table of the files
    that it holds. That table is written last: after a killed run, files count as not yet read, and
    their folders are written again.
#}

{% macro spark__start_load() -%}
    {%- if execute and has_files() -%}
        {%- do run_query("create schema if not exists " ~ spark_state()) -%}
        {%- set listings = [] -%}
        {%- for entity in source_entities() -%}
            {%- set paths = list_raw_files(var('source'), entity) -%}
            {%- if paths -%}
                {%- do listings.append("select '" ~ entity ~ "', '" ~ invocation_id ~ "', " ~ plain_path('path') ~ ", length, modificationTime from binaryFile.`" ~ common_path(paths) ~ "`") -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do write_spark_state('found_files', 'entity string, invocation_id string, path string, size_bytes bigint, modified_at timestamp_ltz', listings | join(" union all ")) -%}
    {%- endif -%}
{%- endmacro %}


{# In `dbt compile`, which freezes no list, the folder is listed. #}
{% macro spark__files_to_read(entity) -%}
    {%- if not has_spark_state('found_files') or not run_query("select 1 from " ~ spark_state() ~ ".found_files where invocation_id = '" ~ invocation_id ~ "' limit 1") -%}
        {{ return(list_raw_files(var('source'), entity)) }}
    {%- endif -%}
    {%- set found = "select path from " ~ spark_state() ~ ".found_files where entity = '" ~ entity ~ "'" -%}
    {%- set queries = [] -%}
    {%- if grows_by_file() and entity == events_entity() -%}
        {%- for node in graph.nodes.values() if is_by_file(node) and node.unique_id in selected_resources -%}
            {%- do queries.append("select path from (" ~ changed_on_spark(node) ~ ")" if can_go_on(node) and not flags.FULL_REFRESH else found) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(run_query(found ~ (" and path in (" ~ queries | join(" union all ") ~ ")" if queries else "") ~ " order by path").columns[0].values() | list) }}
{%- endmacro %}


{% macro spark__is_in_changed_files() -%}
    {{ in_paths('source_file', run_query(changed_on_spark(model)).columns[0].values()) }}
{%- endmacro %}


{% macro spark__can_go_on(node) -%}
    {{ return(
        is_by_file(node)
        and has_spark_state(node.name)
        and has_spark_state(parent_by_file(node) or 'found_files')
        and run_query("select count(*) from " ~ spark_state() ~ "." ~ node.name ~ " where settings = '" ~ settings_of(node) ~ "'")[0][0] > 0
    ) }}
{%- endmacro %}


{#
    Files that went or changed lose their folders: a file that has no rows any more would not write its own
    again. A table that is made anew holds no file until it is there.
#}
{% macro spark__forget_changed_files() -%}
    {%- if execute and is_by_file(model) -%}
        {%- do check_base_files() -%}
    {%- endif -%}
    {%- if execute and is_incremental() -%}
        {%- set gone = run_query("select path from (" ~ held_files(model.name) ~ " except " ~ files_of_parents(model) ~ ")") -%}
        {%- for path in gone.columns[0].values() -%}
            {%- do run_query("alter table " ~ this ~ " drop if exists partition (source_file = " ~ text_literal(path) ~ ")") -%}
        {%- endfor -%}
    {%- elif execute and is_by_file(model) -%}
        {%- do run_query("drop table if exists " ~ spark_state() ~ "." ~ model.name) -%}
    {%- endif -%}
{%- endmacro %}


{# A file that the model is to take must be in the base tables, which hold no others than their last run read. #}
{% macro check_base_files() -%}
    {%- set wanted = [files_of_parents(model)] + ([held_files(model.name)] if is_incremental() else []) -%}
    {%- set read = [] -%}
    {%- for parent in tracked_parents(model) if graph.nodes[parent].config.materialized == 'raw_files' and has_spark_state(graph.nodes[parent].name) -%}
        {%- do read.append(held_files(graph.nodes[parent].name)) -%}
    {%- endfor -%}
    {%- set missing = run_query("select path from (" ~ (wanted + read) | join(" except ") ~ ") order by path limit 1") -%}
    {%- if missing -%}
        {{ raise_error("'" ~ model.name ~ "' needs file '" ~ missing[0][0] ~ "', which this run has not read. Run its parents too: dbt build -s +" ~ model.name) }}
    {%- endif -%}
{%- endmacro %}


{% macro spark__record_files() -%}
    {%- if execute and is_by_file(model) -%}
        {%- do write_spark_state(model.name, 'settings string, path string, size_bytes bigint, modified_at timestamp_ltz',
            "select '" ~ settings_of(model) ~ "', files.* from (" ~ files_of_parents(model) ~ ") as files") -%}
    {%- endif -%}
{%- endmacro %}

{% macro spark__record_base_files(entity) -%}
    {%- if execute and has_files() -%}
        {%- do write_spark_state(model.name, 'path string, size_bytes bigint, modified_at timestamp_ltz',
            "select path, size_bytes, modified_at from " ~ spark_state() ~ ".found_files where entity = '" ~ entity ~ "' and " ~ in_paths('path', files_to_read(entity))) -%}
    {%- endif -%}
{%- endmacro %}


{% macro is_by_file(node) -%}
    {{ return(has_files() and (follows(node) == 'files' or follows(node) == 'event_files' and grows_by_file())) }}
{%- endmacro %}


{# Queries for path, size_bytes and modified_at of files: those of a table in the state schema ... #}
{% macro held_files(name) -%}
    {{ return("select path, size_bytes, modified_at from " ~ spark_state() ~ "." ~ name) }}
{%- endmacro %}

{# ... those that a model by file should hold: what its parents hold, or what was found ... #}
{% macro files_of_parents(node) -%}
    {%- set parent = parent_by_file(node) -%}
    {{ return(held_files(parent or 'found_files') ~ (" where entity = '" ~ events_entity() ~ "'" if not parent and follows(node) == 'event_files' else "")) }}
{%- endmacro %}

{# ... and those of them that the model does not hold as they are now. #}
{% macro changed_on_spark(node) -%}
    {{ return("select path from (" ~ files_of_parents(node) ~ " except " ~ held_files(node.name) ~ ")") }}
{%- endmacro %}

{# The model of judged events that another one by file is made from; none where it is made from raw rows. #}
{% macro parent_by_file(node) -%}
    {%- for parent in tracked_parents(node) if follows(graph.nodes[parent]) == 'event_files' -%}
        {{ return(graph.nodes[parent].name) }}
    {%- endfor -%}
{%- endmacro %}


{# A base model that is killed on the way holds no file. #}
{% materialization raw_files, adapter='spark' %}
    {%- if has_files() -%}
        {%- do run_query("drop table if exists " ~ spark_state() ~ "." ~ model.name) -%}
    {%- endif -%}
    {{ return(materialization_table_spark()) }}
{% endmaterialization %}


{% macro spark_state() -%}
    {{ return(target.schema ~ '_state') }}
{%- endmacro %}

{% macro has_spark_state(name) -%}
    {{ return(
        run_query("show schemas like '" ~ spark_state() ~ "'") | length > 0
        and run_query("show tables in " ~ spark_state() ~ " like '" ~ name ~ "'") | length > 0
    ) }}
{%- endmacro %}

{% macro write_spark_state(name, columns, query) -%}
    {%- do run_query("create table if not exists " ~ spark_state() ~ "." ~ name ~ " (" ~ columns ~ ") using parquet") -%}
    {%- do run_query("insert overwrite table " ~ spark_state() ~ "." ~ name ~ " " ~ query) -%}
{%- endmacro %}
