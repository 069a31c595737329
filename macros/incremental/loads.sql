{# on-run-start: a new load, and the list of files it sees, frozen for the whole run. #}
{% macro start_load() -%}
    {{ return(adapter.dispatch('start_load', 'footfall')()) }}
{%- endmacro %}

{% macro duckdb__start_load() -%}
    {%- if execute -%}
        {%- do run_query("
            create schema if not exists state;
            create table if not exists state.loads (load_id bigint, invocation_id text);
            create table if not exists state.loaded_files (
                entity text, path text, size_bytes bigint, modified_at timestamptz, checksum text, load_id bigint
            );
            create table if not exists state.file_changes (load_id bigint, entity text, path text);
            create table if not exists state.removed_events (
                load_id bigint, event_id text, customer_id text, visitor_id text, session_id text,
                event_at timestamp, order_id text
            );
            alter table state.removed_events add column if not exists order_id text;
            create table if not exists state.session_changes (
                load_id bigint, customer_id text, session_id text, changed_from timestamp
            );
            create table if not exists state.model_progress (
                model text, load_id bigint, run_in bigint, made_anew_in bigint, settings text
            );
            create table if not exists state.built (name text, checksum text);
            create table if not exists state.due (node text);
            insert into state.loads
            select coalesce(max(load_id), 0) + 1, '" ~ invocation_id ~ "' from state.loads;
        ") -%}
        {#- who dropped a table wants it anew, and all behind it -#}
        {%- set tables = run_query("select table_name from information_schema.tables").columns[0].values() -%}
        {%- for name in run_query("select model from state.model_progress").columns[0].values() if name not in tables -%}
            {%- do run_query("delete from state.model_progress where model = '" ~ name ~ "'") -%}
        {%- endfor -%}
        {#- what all models know by now -#}
        {%- for changes in ['file_changes', 'removed_events', 'session_changes'] -%}
            {%- do run_query("delete from state." ~ changes ~ " where load_id <= (select min(load_id) from state.model_progress)") -%}
        {%- endfor -%}
        {%- do record_settings() -%}
        {%- do record_due() -%}
        {#- check_project may have asked for it, and dbt remembers that it was not there -#}
        {%- do adapter.cache_added(api.Relation.create(database=target.database, schema='state', identifier='loads', type='table')) -%}
        {%- if has_files() -%}{%- do freeze_files() -%}{%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#
    A file whose size and time are those of its last loading is taken as unchanged, as git does; any other
    is told by its checksum, so that a file only touched is not loaded again. Checksums need the
    whole file in memory: above 1 GB there is none, and a touched file counts as changed.
#}
{% macro freeze_files() -%}
    {%- set listings = [] -%}
    {%- for entity in source_entities() -%}
        {%- set paths = list_raw_files(var('source'), entity) -%}
        {%- if paths -%}
            {%- do listings.append("select '" ~ entity ~ "' as entity, filename as path, size as size_bytes, last_modified as modified_at from read_blob(" ~ path_list(paths) ~ ")") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do run_query("create or replace table state.found_files as
        select found.*, loaded.checksum
        from (" ~ (listings | join(" union all ") or "select entity, path, size_bytes, modified_at from state.loaded_files where false") ~ ") as found
        left join state.loaded_files as loaded
            on found.entity = loaded.entity and found.path = loaded.path
            and found.size_bytes = loaded.size_bytes and found.modified_at = loaded.modified_at") -%}
    {%- set unknown = run_query("select distinct path from state.found_files where checksum is null and size_bytes < 1000000000 order by path").columns[0].values() -%}
    {%- if unknown -%}
        {%- do run_query("update state.found_files as found set checksum = contents.checksum
            from (select filename, md5(content) as checksum from read_blob(" ~ path_list(unknown) ~ ")) as contents
            where found.path = contents.filename") -%}
    {%- endif -%}
    {%- do run_query("update state.found_files set checksum = size_bytes || ' ' || modified_at where checksum is null") -%}
{%- endmacro %}


{# Whether the source reads files; the demo's seeds are loaded whole each time. #}
{% macro has_files() -%}
    {{ return((source_entities().values() | first).files is defined) }}
{%- endmacro %}


{# Whether a run has begun a load in this warehouse. On Spark, what is remembered is of raw files only. #}
{% macro has_state() -%}
    {{ return(adapter.dispatch('has_state', 'footfall')()) }}
{%- endmacro %}

{% macro default__has_state() -%}
    {{ return(false) }}
{%- endmacro %}

{% macro duckdb__has_state() -%}
    {{ return(adapter.get_relation(target.database, 'state', 'loads') is not none) }}
{%- endmacro %}


{# The number of this run's load; 0 before the first, as in `dbt compile` on a new warehouse. #}
{% macro load_id() -%}
    {%- if not execute or not has_state() -%}{{ return(0) }}{%- endif -%}
    {{ return(run_query("select max(load_id) from state.loads")[0][0]) }}
{%- endmacro %}


{# The files that a base model reads: those not loaded as they are now, or all when it is made anew. #}
{% macro files_to_read(entity) -%}
    {{ return(adapter.dispatch('files_to_read', 'footfall')(entity)) }}
{%- endmacro %}

{% macro duckdb__files_to_read(entity) -%}
    {{ return(unloaded_files(entity) if is_incremental() else found_files(entity)) }}
{%- endmacro %}


{#
    Whether this run has frozen its list of files. Before that, in `dbt compile` and on Spark, the folder is
    listed.
#}
{% macro is_load() -%}
    {%- if not has_state() -%}{{ return(false) }}{%- endif -%}
    {{ return(run_query("select max_by(invocation_id, load_id) from state.loads")[0][0] == invocation_id) }}
{%- endmacro %}

{% macro found_files(entity) -%}
    {%- if not is_load() -%}{{ return(list_raw_files(var('source'), entity)) }}{%- endif -%}
    {{ return(run_query("select path from state.found_files where entity = '" ~ entity ~ "' order by path").columns[0].values() | list) }}
{%- endmacro %}

{% macro unloaded_files(entity) -%}
    {%- if is_load() -%}
        {{ return(run_query("select path from state.found_files as found where entity = '" ~ entity ~ "' and not exists (select 1 from state.loaded_files as loaded where found.entity = loaded.entity and found.path = loaded.path and found.checksum = loaded.checksum) order by path").columns[0].values() | list) }}
    {%- endif -%}
    {%- set paths = list_raw_files(var('source'), entity) -%}
    {%- if not paths or not has_state() -%}{{ return(paths) }}{%- endif -%}
    {{ return(run_query("select filename from read_blob(" ~ path_list(paths) ~ ") as found where not exists (select 1 from state.loaded_files as loaded where loaded.entity = '" ~ entity ~ "' and loaded.path = found.filename and loaded.size_bytes = found.size and loaded.modified_at = found.last_modified) order by filename").columns[0].values() | list) }}
{%- endmacro %}


{#
    Pre-hook of a base model: takes out the rows of files that changed or are gone, and tells the models
    behind it. The files to read are then those without an entry in state.loaded_files.
#}
{% macro forget_changed_files(entity) -%}
    {{ return(adapter.dispatch('forget_changed_files', 'footfall')(entity)) }}
{%- endmacro %}

{% macro duckdb__forget_changed_files(entity) -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }}
    where source_file in (
        select loaded.path from state.loaded_files as loaded
        where
            loaded.entity = '{{ entity }}'
            and not exists (
                select 1 from state.found_files as found
                where found.entity = loaded.entity and found.path = loaded.path and found.checksum = loaded.checksum
            )
    );
    insert into state.file_changes
    select {{ load_id() }}, coalesce(found.entity, loaded.entity), coalesce(found.path, loaded.path)
    from state.found_files as found
    full outer join state.loaded_files as loaded
        on found.entity = loaded.entity and found.path = loaded.path
    where
        coalesce(found.entity, loaded.entity) = '{{ entity }}'
        and found.checksum is distinct from loaded.checksum
    {%- endif -%}
{%- endmacro %}


{# Last post-hook of a base model: what it has loaded, and its progress. #}
{% macro record_files(entity) -%}
    {{ return(adapter.dispatch('record_files', 'footfall')(entity)) }}
{%- endmacro %}

{% macro duckdb__record_files(entity) -%}
    delete from state.loaded_files where entity = '{{ entity }}';
    insert into state.loaded_files
    select entity, path, size_bytes, modified_at, checksum, {{ load_id() }} from state.found_files
    where entity = '{{ entity }}';
    {{ record_progress() }}
{%- endmacro %}


{# SQL that is true for rows of an entity's files which the model has not seen as they are now. #}
{% macro in_changed_files(entity) -%}
    {{ return(adapter.dispatch('in_changed_files', 'footfall')(entity)) }}
{%- endmacro %}

{% macro duckdb__in_changed_files(entity) -%}
    {{ return(in_paths('source_file', run_query("select distinct path from state.file_changes where load_id > " ~ done_load(model.name) ~ " and entity = '" ~ entity ~ "'").columns[0].values())) }}
{%- endmacro %}

{% macro in_paths(column, paths) -%}
    {%- set literals = [] -%}
    {%- for path in paths -%}{%- do literals.append(text_literal(path)) -%}{%- endfor -%}
    {{ return(column ~ " in (" ~ literals | join(", ") ~ ")" if literals else "false") }}
{%- endmacro %}

{# The raw entity whose rows are the events, in a source that grows by file. #}
{% macro events_entity() -%}
    {{ return(source_config().provides.events.split('__')[1]) }}
{%- endmacro %}

{# Pre-hook of facts by file: those of files that came, changed or went. #}
{% macro forget_changed_facts() -%}
    {{ return(adapter.dispatch('forget_changed_facts', 'footfall')()) }}
{%- endmacro %}

{% macro duckdb__forget_changed_facts() -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }}
    where
        false
        {%- for entity in source_entities() %}
        or entity = '{{ entity }}' and {{ in_changed_files(entity) }}
        {%- endfor %}
    {%- endif -%}
{%- endmacro %}
