{#
    One hash per model that follows files or customers, of what decides its rows besides its input: vars, code,
    seeds and macros. When it changes, the model is built from nothing.
#}

{# on-run-start: computes the settings of this run's models once, because dbt asks for them many times. #}
{% macro record_settings() -%}
    {%- set built = built_checksums() -%}
    {%- set macros = {} -%}
    {%- for row in run_query("select split_part(replace(filename, chr(92), '/'), '/', -2), md5(string_agg(md5(content), '' order by filename)) from read_text('macros/*/*.sql') group by all") -%}
        {%- do macros.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {%- set rows = ["('', '', '', false)"] -%}
    {%- for node in graph.nodes.values() if follows(node) -%}
        {%- do rows.append("('" ~ node.name ~ "', '" ~ settings_of(node, built, macros) ~ "', '" ~ follows(node) ~ "', " ~ (node.unique_id in selected_resources) ~ ")") -%}
    {%- endfor -%}
    {%- do run_query("create or replace table state.model_settings as select * from (values " ~ rows | join(", ") ~ ") as settings (name, settings, follows, is_selected) where name <> ''") -%}
{%- endmacro %}


{# How a model's rows are replaced: by 'files', 'event_files' or 'customers'; without any, it is built from nothing. #}
{% macro follows(node) -%}
    {{ return(node.config.get('meta', {}).get('follows', '')) }}
{%- endmacro %}


{#
    Vars by what they decide. Vars of files decide what files mean: with another value, all files are read
    again. Vars of customers decide what models make of a customer's events: with another value, all customers
    are built again. Vars that decide who customers are and what sessions are (session gaps, bots, repeated
    orders) are in neither list: they change rows of int_events_resolved, so the versions of the customers
    concerned.
#}
{% macro vars_of_files() -%}
    {{ return([
        'source', 'extra_columns', 'csv_record_lines', 'source_time_zone', 'reporting_time_zone', 'currency',
        'valid_from', 'valid_to', 'as_of', 'quality_sample_rows',
    ]) }}
{%- endmacro %}

{% macro vars_of_customers() -%}
    {{ return(['source', 'source_time_zone', 'reporting_time_zone', 'engaged_session_seconds']) }}
{%- endmacro %}


{#
    Of models and seeds that this run does not build, the checksum of their last build counts, even if their
    file was edited since. Of macros, the folders count that every model may use, and that of the model's area.
#}
{% macro settings_of(node, built={}, macros={}) -%}
    {%- set is_of_files = follows(node) != 'customers' -%}
    {%- set settings = [node.schema, dbt_version, macros.core, macros.staging, macros.state, macros[node.fqn[-2]]] -%}
    {%- for name in (vars_of_files() if is_of_files else vars_of_customers()) -%}
        {%- do settings.append(var(name)) -%}
    {%- endfor -%}
    {%- do settings.extend([source_config()] if is_of_files else [source_config().time_zone]) -%}
    {%- set checksums = {} -%}
    {%- do add_checksums(node, checksums, built) -%}
    {{ return(local_md5((settings + (checksums.items() | sort)) | map('string') | join(' '))) }}
{%- endmacro %}

{#
    Stops at models whose changes are noticed in another way: int_events_resolved by the versions of customers,
    int_as_of by the ends of experiments. The quality gate has no rows.
#}
{% macro add_checksums(node, checksums, built) -%}
    {%- do checksums.update({node.name: built_checksum(node, built)}) -%}
    {%- for id in node.depends_on.nodes if id in graph.nodes -%}
        {%- set parent = graph.nodes[id] -%}
        {%- if parent.name not in checksums and parent.name not in ['quality_gate', 'int_events_resolved', 'int_customer_versions', 'int_as_of'] -%}
            {%- do add_checksums(parent, checksums, built) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{% macro built_checksum(node, built) -%}
    {%- set checksum = graph.nodes[node.unique_id].checksum.checksum -%}
    {{ return(checksum if node.unique_id in selected_resources else built.get(node.name, checksum)) }}
{%- endmacro %}

{# The checksums of models and seeds when they were built, by name. #}
{% macro built_checksums() -%}
    {%- set built = {} -%}
    {%- for row in run_query("select name, checksum from state.models") -%}
        {%- do built.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(built) }}
{%- endmacro %}


{#
    dbt asks this before it adds to an incremental model. A model is built from nothing with --full-refresh, when
    its settings changed, or when it cannot go on.
#}
{% macro should_full_refresh() -%}
    {%- set configured = config.get('full_refresh') -%}
    {%- if configured is not none -%}{{ return(configured) }}{%- endif -%}
    {%- if flags.FULL_REFRESH or not execute or not follows(model) -%}{{ return(flags.FULL_REFRESH) }}{%- endif -%}
    {{ return(not can_go_on(model)) }}
{%- endmacro %}

{% macro can_go_on(node) -%}
    {{ return(adapter.dispatch('can_go_on', 'footfall')(node)) }}
{%- endmacro %}

{% macro duckdb__can_go_on(node) -%}
    {%- if not has_state() or follows(node) == 'event_files' and not grows_by_file() -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(run_query("
        select 1 from state.models inner join state.model_settings using (name, settings)
        where name = '" ~ node.name ~ "'" ~ (" and " ~ progress(node) ~ " > 0" if follows(node) == 'customers' else "")
    ) | length > 0) }}
{%- endmacro %}


{# Last post-hook of seeds, and of every model that a following one reads: notes that it was built. #}
{% macro record_run() -%}
    {{ return(adapter.dispatch('record_run', 'footfall')()) }}
{%- endmacro %}

{% macro default__record_run() -%}
{%- endmacro %}

{% macro duckdb__record_run() -%}
    {%- if execute -%}
    delete from state.models where name = '{{ model.name }}';
    insert into state.models
    select
        '{{ model.name }}',
        '{{ model.checksum.checksum }}',
        (select settings from state.model_settings where name = '{{ model.name }}'),
        {{ load_id() }},
        {{ progress(model) }}
    {%- endif -%}
{%- endmacro %}


{#
    on-run-start: notes what this run is to build and test, besides what an earlier run did not finish. As long
    as something is due, `footfall publish` refuses, because the marts are of different states.
#}
{% macro record_due() -%}
    {%- set due = [] -%}
    {%- for id in run_query("select node from state.due").columns[0].values() | list + selected_resources if id in graph.nodes and id not in due -%}
        {%- do due.append(id) -%}
    {%- endfor -%}
    {%- do run_query("create or replace table state.due as select node from (select unnest(['" ~ due | join("', '") ~ "']) as node) where node <> ''") -%}
{%- endmacro %}

{# on-run-end: takes off the list what was built and passed. #}
{% macro record_done(results) -%}
    {%- if execute and has_state() -%}
        {%- set done = results | selectattr('status', 'in', ['success', 'pass', 'warn', 'no-op']) | map(attribute='node.unique_id') -%}
        {%- do run_query("delete from state.due where node in ('" ~ done | join("', '") ~ "')") -%}
    {%- endif -%}
{%- endmacro %}
