{# Models that follow files: each holds the rows of the raw files that its base model has read. #}


{#
    The files that a base model reads. Where events grow by file: those that some following model does not hold
    as they are now. Otherwise, and where no model follows yet, every file.
#}
{% macro files_to_read(entity) -%}
    {{ return(adapter.dispatch('files_to_read', 'footfall')(entity)) }}
{%- endmacro %}

{% macro duckdb__files_to_read(entity) -%}
    {%- if not is_load() or not grows_by_file() or entity != events_entity() -%}
        {{ return(found_files(entity)) }}
    {%- endif -%}
    {{ return(run_query("
        with followers as (
            select
                settings.name,
                not (settings.is_selected and (" ~ flags.FULL_REFRESH ~ " or settings.settings is distinct from built.settings)) as goes_on
            from state.model_settings as settings
            left join state.models as built on settings.name = built.name
            where settings.follows <> 'customers' and (settings.is_selected or built.name is not null)
        )
        select path from state.found_files as found
        where entity = '" ~ entity ~ "' and (
            not exists (select 1 from followers)
            or exists (
                select 1 from followers
                left join state.model_files as held
                    on followers.name = held.model and found.path = held.path and found.checksum = held.checksum
                where not followers.goes_on or held.path is null
            )
        )
        order by path").columns[0].values() | list) }}
{%- endmacro %}


{# Files that are new, or have another size or time, since they were read: only these are checked before a run. #}
{% macro unread_files(entity) -%}
    {{ return(adapter.dispatch('unread_files', 'footfall')(entity)) }}
{%- endmacro %}

{% macro default__unread_files(entity) -%}
    {{ return(found_files(entity)) }}
{%- endmacro %}

{% macro duckdb__unread_files(entity) -%}
    {%- set paths = found_files(entity) -%}
    {%- if not paths or not has_state() -%}{{ return(paths) }}{%- endif -%}
    {{ return(run_query("
        select filename from read_blob(" ~ path_list(paths) ~ ") as found
        where not exists (
            select 1 from state.base_files as known
            where known.entity = '" ~ entity ~ "' and known.path = found.filename and known.size_bytes = found.size and known.modified_at = found.last_modified
        )
        order by filename").columns[0].values() | list) }}
{%- endmacro %}


{# The raw entity whose rows are the events, in a source that grows by file. #}
{% macro events_entity() -%}
    {{ return(source_config().provides.events.split('__')[1]) }}
{%- endmacro %}


{# Last post-hook of a base model: notes which files there are, and which of them it has read. #}
{% macro record_base_files(entity) -%}
    {{ return(adapter.dispatch('record_base_files', 'footfall')(entity)) }}
{%- endmacro %}

{% macro duckdb__record_base_files(entity) -%}
    {%- if execute -%}
    delete from state.base_files where entity = '{{ entity }}';
    insert into state.base_files
    select entity, path, size_bytes, modified_at, checksum, {{ in_paths('path', files_to_read(entity)) if has_files() else 'true' }}
    from state.found_files
    where entity = '{{ entity }}'
    {%- endif -%}
{%- endmacro %}

{% macro in_paths(column, paths) -%}
    {{ return(column ~ " in (" ~ text_literals(paths) ~ ")" if paths else "false") }}
{%- endmacro %}


{# SQL that is true for rows of files that are new to the model or have changed. #}
{% macro is_in_changed_files() -%}
    {{ adapter.dispatch('is_in_changed_files', 'footfall')() }}
{%- endmacro %}

{% macro duckdb__is_in_changed_files() -%}
    source_file not in (select {{ unchanged_files() }})
{%- endmacro %}

{% macro unchanged_files() -%}
    held.path
    from state.model_files as held
    inner join state.base_files as files
        on held.path = files.path and held.checksum = files.checksum
    where held.model = '{{ model.name }}'
{%- endmacro %}


{# Pre-hook of models that follow files: deletes the rows of files that changed or went. #}
{% macro forget_changed_files() -%}
    {{ return(adapter.dispatch('forget_changed_files', 'footfall')()) }}
{%- endmacro %}

{% macro duckdb__forget_changed_files() -%}
    {%- if execute -%}
        {%- set missing = run_query("
            select path from state.base_files
            where not is_read" ~ (" and path not in (select " ~ unchanged_files() ~ ")" if is_incremental() else "")
        ) if grows_by_file() else [] -%}
        {%- if missing -%}
            {{ raise_error("'" ~ model.name ~ "' needs file '" ~ missing[0][0] ~ "', which this run has not read. Run its parents too: dbt build -s +" ~ model.name) }}
        {%- endif -%}
        {%- if is_incremental() -%}
    delete from {{ this }} where {{ is_in_changed_files() }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# Post-hook of models that follow files: notes which files the model holds, which are those of its parents. #}
{% macro record_files() -%}
    {{ return(adapter.dispatch('record_files', 'footfall')()) }}
{%- endmacro %}

{% macro duckdb__record_files() -%}
    {%- if execute -%}
    delete from state.model_files where model = '{{ model.name }}';
    insert into state.model_files
    select '{{ model.name }}', path, checksum from state.base_files as files
    where
        true
        {%- for parent in tracked_parents(model) if follows(graph.nodes[parent]) == 'event_files' %}
        and exists (
            select 1 from state.model_files as held
            where held.model = '{{ graph.nodes[parent].name }}' and held.path = files.path and held.checksum = files.checksum
        )
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}


{#
    How a base model is stored. Parquet files stay where they are, behind a view. Lines of CSV files are split
    once, into a table.
#}
{% materialization raw_files, adapter='duckdb' %}
    {%- set formats = [] -%}
    {%- for file in files_to_read(model.name.split('__')[1]) -%}{%- do formats.append(raw_format(file)) -%}{%- endfor -%}
    {{ return(materialization_table_duckdb() if 'csv' in formats else materialization_view_default()) }}
{% endmaterialization %}
