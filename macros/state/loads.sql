{#
    What a warehouse holds, in schema `state`. Every dbt run that may write is a load with a number.

    By file: base models read the raw files that came or changed; the models that follow them replace those
    files' rows. `model_files` has the files that each of them holds.
    By customer: `int_customer_versions` has the load in which a customer's events last changed; the models that
    follow it replace the rows of those customers. `models` has, per model, the load up to which it knows these
    changes.
    All other models are built from nothing. Each model writes its rows and its state in one transaction, so
    after a killed run both are old or both are new.
#}


{# on-run-start: a new load, and the list of files it sees, frozen for the whole run. #}
{% macro start_load() -%}
    {{ return(adapter.dispatch('start_load', 'footfall')()) }}
{%- endmacro %}

{% macro duckdb__start_load() -%}
    {%- if execute -%}
        {%- do run_query("
            create schema if not exists state;
            create table if not exists state.loads (load_id bigint, invocation_id text);
            create table if not exists state.base_files (
                entity text, path text, size_bytes bigint, modified_at timestamptz, checksum text, is_read boolean
            );
            create table if not exists state.model_files (model text, path text, checksum text);
            create table if not exists state.models (
                name text, checksum text, settings text, run_in bigint, load_id bigint
            );
            create table if not exists state.due (node text);
            insert into state.loads
            select coalesce(max(load_id), 0) + 1, '" ~ invocation_id ~ "' from state.loads;
            -- a table that was dropped holds nothing; a join would take 16 MB, a list takes none
            delete from state.models
            where not list_contains((select list(table_name) from information_schema.tables), name);
        ") -%}
        {#- dbt caches which tables there are, and check_project asked before this one was made -#}
        {%- do adapter.cache_added(api.Relation.create(database=target.database, schema='state', identifier='base_files', type='table')) -%}
        {%- do record_settings() -%}
        {%- do record_due() -%}
        {%- do freeze_files() -%}
    {%- endif -%}
{%- endmacro %}


{#
    A file with the size and time of its last load counts as unchanged, as in git. Otherwise its checksum
    decides, so that a file that was only touched is not loaded again. A checksum needs the whole file in
    memory: above 1 GB there is none, and a touched file counts as changed. A seed counts as a file.
#}
{% macro freeze_files() -%}
    {%- set built = built_checksums() -%}
    {%- set listings = ["select entity, path, size_bytes, modified_at, checksum from state.base_files where false"] -%}
    {%- for entity in source_entities() -%}
        {%- set paths = list_raw_files(var('source'), entity) if has_files() else [] -%}
        {%- if paths -%}
            {%- do listings.append("select '" ~ entity ~ "', filename, size, last_modified, null from read_blob(" ~ path_list(paths) ~ ")") -%}
        {%- endif -%}
        {%- for seed in seeds_of(entity) -%}
            {%- do listings.append("select '" ~ entity ~ "', " ~ text_literal(seed.original_file_path) ~ ", null, null, '" ~ built_checksum(seed, built) ~ "'") -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do run_query("create or replace table state.found_files as
        select found.* exclude (checksum), coalesce(found.checksum, known.checksum) as checksum
        from (" ~ listings | join(" union all ") ~ ") as found
        left join state.base_files as known
            on found.entity = known.entity and found.path = known.path
            and found.size_bytes = known.size_bytes and found.modified_at = known.modified_at") -%}
    {%- set unknown = run_query("select distinct path from state.found_files where checksum is null and size_bytes < 1000000000 order by path").columns[0].values() -%}
    {%- if unknown -%}
        {%- do run_query("update state.found_files as found set checksum = contents.checksum
            from (select filename, md5(content) as checksum from read_blob(" ~ path_list(unknown) ~ ")) as contents
            where found.path = contents.filename") -%}
    {%- endif -%}
    {%- do run_query("update state.found_files set checksum = size_bytes || ' ' || modified_at where checksum is null") -%}
{%- endmacro %}


{# The seeds that an entity's base model reads. #}
{% macro seeds_of(entity) -%}
    {%- set seeds = [] -%}
    {%- set base = graph.nodes.get('model.footfall.base_' ~ var('source') ~ '__' ~ entity) -%}
    {%- for id in base.depends_on.nodes if id.startswith('seed.') -%}
        {%- do seeds.append(graph.nodes[id]) -%}
    {%- endfor -%}
    {{ return(seeds) }}
{%- endmacro %}


{# Whether the source reads files; the demo reads seeds. #}
{% macro has_files() -%}
    {{ return((source_entities().values() | first).files is defined) }}
{%- endmacro %}


{# Whether a new events file adds events and changes no others; if not, every run reads all files. #}
{% macro grows_by_file() -%}
    {#- an order that is canceled later would change events of unchanged files -#}
    {{ return(source_config().get('grows_by_file', false) and 'orders' not in source_config().provides) }}
{%- endmacro %}


{# Whether a run has begun a load in this warehouse. On Spark there is state of raw files only. #}
{% macro has_state() -%}
    {{ return(adapter.dispatch('has_state', 'footfall')()) }}
{%- endmacro %}

{% macro default__has_state() -%}
    {{ return(false) }}
{%- endmacro %}

{% macro duckdb__has_state() -%}
    {{ return(adapter.get_relation(target.database, 'state', 'base_files') is not none) }}
{%- endmacro %}


{# SQL for the number of this run's load. #}
{% macro load_id() -%}
    {{ adapter.dispatch('load_id', 'footfall')() }}
{%- endmacro %}

{% macro default__load_id() -%}
    cast(0 as bigint)
{%- endmacro %}

{% macro duckdb__load_id() -%}
    (select max(loads.load_id) from state.loads)
{%- endmacro %}


{#
    Whether this run has frozen its list of files. If not (before the start, in `dbt compile`, on Spark), the
    folder is listed.
#}
{% macro is_load() -%}
    {%- if not has_state() -%}{{ return(false) }}{%- endif -%}
    {{ return(run_query("select max_by(invocation_id, load_id) from state.loads")[0][0] == invocation_id) }}
{%- endmacro %}

{% macro found_files(entity) -%}
    {%- if not is_load() -%}{{ return(list_raw_files(var('source'), entity)) }}{%- endif -%}
    {{ return(run_query("select path from state.found_files where entity = '" ~ entity ~ "' order by path").columns[0].values() | list) }}
{%- endmacro %}
