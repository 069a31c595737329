{#
    How a warehouse grows instead of being made anew. Schema `state` remembers which files are loaded
    and how far each incremental model has come; every dbt run that may write is a load with a number.

    An incremental model takes what its parents changed in loads later than its own last one, and
    writes data and progress in one transaction: a killed run leaves it wholly before or wholly after.
    A model with `meta: {holds: changes}` is this run's work for `fct_events`: while that goes on, what
    it must look at again; while it is made anew, everything.
#}

{# Vars that decide what an incremental model holds; with another value it is made anew. #}
{% macro incremental_vars() -%}
    {{ return([
        'source', 'sources', 'extra_columns', 'csv_record_lines', 'source_time_zone',
        'reporting_time_zone', 'currency', 'valid_from', 'valid_to', 'as_of', 'session_gap_seconds',
        'session_id_gap_seconds', 'engaged_session_seconds', 'bot_events_per_day',
    ]) }}
{%- endmacro %}


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
                load_id bigint, event_id text, customer_id text, visitor_id text, session_id text, event_at timestamp
            );
            create table if not exists state.session_changes (
                load_id bigint, customer_id text, session_id text, changed_from timestamp
            );
            create table if not exists state.model_progress (
                model text, load_id bigint, made_anew_in bigint, settings text
            );
            insert into state.loads
            select coalesce(max(load_id), 0) + 1, '" ~ invocation_id ~ "' from state.loads;
        ") -%}
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

{#
    Whether events are read row by row from files, so that a new file is new events and nothing else.
    Elsewhere, as with Olist, whose lines take their time from the orders file, all is made anew.
#}
{% macro grows_by_file() -%}
    {%- set provides = source_config().provides -%}
    {{ return(has_files() and provides.get('events', '').startswith('stg_') and 'orders' not in provides and adapter.type() == 'duckdb') }}
{%- endmacro %}


{# The number of this run's load; 0 before the first, as in `dbt compile` on a new warehouse. #}
{% macro load_id() -%}
    {%- if not execute or not adapter.get_relation(target.database, 'state', 'loads') -%}{{ return(0) }}{%- endif -%}
    {{ return(run_query("select max(load_id) from state.loads")[0][0]) }}
{%- endmacro %}

{# The load up to which a model knows what its parents changed. #}
{% macro done_load(name) -%}
    {{ return(run_query("select load_id from state.model_progress where model = '" ~ name ~ "'")[0][0]) }}
{%- endmacro %}


{#
    dbt asks this before it adds to an incremental model. Besides --full-refresh: a model is made anew
    when its settings or its ancestors' code changed, and when a parent was made anew.
#}
{% macro should_full_refresh() -%}
    {%- set configured = config.get('full_refresh') -%}
    {%- if configured is not none -%}{{ return(configured) }}{%- endif -%}
    {%- if model.config.materialized != 'incremental' or flags.FULL_REFRESH -%}{{ return(flags.FULL_REFRESH) }}{%- endif -%}
    {{ return(not (will_go_on('fct_events') if holds_changes(model) else can_go_on(model))) }}
{%- endmacro %}

{# Whether a run would add to this incremental model: the like of is_incremental() for another one. #}
{% macro will_go_on(name) -%}
    {%- if not execute or model.resource_type != 'model' or flags.FULL_REFRESH or not adapter.get_relation(target.database, 'state', 'loads') -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set node = graph.nodes['model.footfall.' ~ name] -%}
    {%- for name in [name] + tracked_parents(node) -%}
        {%- if not adapter.get_relation(target.database, graph.nodes['model.footfall.' ~ name].schema, name) -%}{{ return(false) }}{%- endif -%}
    {%- endfor -%}
    {{ return(can_go_on(node)) }}
{%- endmacro %}

{% macro can_go_on(node) -%}
    {%- if not execute or not (grows_by_file() or node.name.startswith('base_')) -%}{{ return(false) }}{%- endif -%}
    {%- set done = run_query("select load_id, settings from state.model_progress where model = '" ~ node.name ~ "'").rows -%}
    {%- if not done or done[0][1] != settings_of(node) -%}{{ return(false) }}{%- endif -%}
    {%- set parents = tracked_parents(node) -%}
    {{ return(not parents or run_query("select count(*) from state.model_progress where model in ('" ~ parents | join("', '") ~ "') and made_anew_in > " ~ done[0][0])[0][0] == 0) }}
{%- endmacro %}


{# The nearest ancestors that know their progress. Behind the quality gate no row comes from. #}
{% macro tracked_parents(node) -%}
    {%- set found = [] -%}
    {%- for id in node.depends_on.nodes if id in graph.nodes and not id.endswith('.quality_gate') -%}
        {%- set parent = graph.nodes[id] -%}
        {%- if parent.config.materialized == 'incremental' or holds_changes(parent) -%}
            {%- do found.append(parent.name) -%}
        {%- endif -%}
        {%- if parent.config.materialized == 'view' or holds_changes(parent) -%}
            {%- do found.extend(tracked_parents(parent)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found | unique | list) }}
{%- endmacro %}

{% macro holds_changes(node) -%}
    {{ return(node.config.get('meta', {}).get('holds') == 'changes') }}
{%- endmacro %}


{# One hash of all that decides a model's rows besides its input: vars, code and seeds. #}
{% macro settings_of(node) -%}
    {%- set settings = [] -%}
    {%- for name in incremental_vars() -%}{%- do settings.append(var(name) | string) -%}{%- endfor -%}
    {%- set seen = {} -%}
    {%- do add_checksums(node, seen) -%}
    {{ return(local_md5((settings + (seen.items() | sort) | map('string') | list) | join(' '))) }}
{%- endmacro %}

{% macro add_checksums(node, seen) -%}
    {%- do seen.update({node.name: graph.nodes[node.unique_id].checksum.checksum}) -%}
    {%- for id in node.depends_on.nodes if id in graph.nodes and not id.endswith('.quality_gate') and graph.nodes[id].name not in seen -%}
        {%- do add_checksums(graph.nodes[id], seen) -%}
    {%- endfor -%}
{%- endmacro %}


{# Post-hook of every incremental model and of the tables that hold its changes. #}
{% macro record_progress() -%}
    {{ return(adapter.dispatch('record_progress', 'footfall')()) }}
{%- endmacro %}

{% macro duckdb__record_progress() -%}
    {%- if execute -%}
        {%- set goes_on = will_go_on('fct_events') if holds_changes(model) else not should_full_refresh() -%}
        {%- set changes = [] -%}
        {%- for name in tracked_parents(model) if holds_changes(graph.nodes['model.footfall.' ~ name]) -%}
            {%- do changes.append(name) -%}
        {%- endfor -%}
        {%- set load = load_id() -%}
        {%- set before = run_query("select made_anew_in from state.model_progress where model = '" ~ model.name ~ "'").rows -%}
    delete from state.model_progress where model = '{{ model.name }}';
    insert into state.model_progress
    select
        '{{ model.name }}',
        least({{ load }}{% for name in changes %}, (select load_id from state.model_progress where model = '{{ name }}'){% endfor %}),
        {{ before[0][0] if goes_on and before else load }},
        '{{ settings_of(model) }}'
    {%- endif -%}
{%- endmacro %}


{# A relation as it stands from an earlier run: what ref() would make a cycle of. #}
{% macro earlier(name) -%}
    {%- set node = graph.nodes['model.footfall.' ~ name] -%}
    {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) }}
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


{#
    The files that a base model reads: those not loaded as they are now, or all when it is made anew.
    Outside of a run, as in `dbt compile`, nothing is frozen and the folder is listed.
#}
{% macro files_to_read(source, entity) -%}
    {%- if not is_load() -%}{{ return(list_raw_files(source, entity)) }}{%- endif -%}
    {{ return(unloaded_files(entity) if is_incremental() else found_files(entity)) }}
{%- endmacro %}

{# Whether this run has frozen its list of files. #}
{% macro is_load() -%}
    {%- if not adapter.get_relation(target.database, 'state', 'loads') -%}{{ return(false) }}{%- endif -%}
    {{ return(run_query("select max_by(invocation_id, load_id) from state.loads")[0][0] == invocation_id) }}
{%- endmacro %}

{% macro found_files(entity) -%}
    {{ return(run_query("select path from state.found_files where entity = '" ~ entity ~ "' order by path").columns[0].values() | list) }}
{%- endmacro %}

{% macro unloaded_files(entity) -%}
    {{ return(run_query("select path from state.found_files as found where entity = '" ~ entity ~ "' and not exists (select 1 from state.loaded_files as loaded where found.entity = loaded.entity and found.path = loaded.path and found.checksum = loaded.checksum) order by path").columns[0].values() | list) }}
{%- endmacro %}

{# SQL that is true for rows of files which the model has not seen as they are now. #}
{% macro in_changed_files() -%}
    {%- set entities = [] -%}
    {%- for entity, config in source_entities().items() if config.becomes == 'events' -%}{%- do entities.append(entity) -%}{%- endfor -%}
    {%- set paths = run_query("select distinct path from state.file_changes where load_id > " ~ done_load(model.name) ~ " and entity in ('" ~ entities | join("', '") ~ "')").columns[0].values() -%}
    {%- set literals = [] -%}
    {%- for path in paths -%}{%- do literals.append(text_literal(path)) -%}{%- endfor -%}
    {{ return("source_file in (" ~ literals | join(", ") ~ ")" if literals else "false") }}
{%- endmacro %}


{# Pre-hook of int_events_checked: rows of changed files go, and are remembered for the models behind. #}
{% macro forget_changed_events() -%}
    {%- if execute and is_incremental() -%}
    insert into state.removed_events
    select {{ load_id() }}, event_id, customer_id, visitor_id, session_id, event_at
    from {{ this }}
    where {{ in_changed_files() }} and rejection_reason is null;
    delete from {{ this }} where {{ in_changed_files() }}
    {%- endif -%}
{%- endmacro %}

{# Pre-hook of int_events_repeated: the copies of changed ids go; who had them is remembered. #}
{% macro forget_changed_copies() -%}
    {%- if execute and is_incremental() -%}
    {%- set changed = "event_id in (" ~ changed_keys('event_id') ~ ")" -%}
    insert into state.removed_events
    select {{ load_id() }}, event_id, customer_id, visitor_id, session_id, event_at
    from {{ this }}
    where {{ changed }};
    delete from {{ this }} where {{ changed }}
    {%- endif -%}
{%- endmacro %}

{# The values of a column in the accepted events that came or went since the model's last load. #}
{% macro changed_keys(column) -%}
    select {{ column }} from {{ ref('int_events_checked') }}
    where load_id > {{ done_load(model.name) }} and rejection_reason is null
    union all
    select {{ column }} from state.removed_events
    where load_id > {{ done_load(model.name) }}
{%- endmacro %}


{# Whether there are session changes which the model has not seen yet. #}
{% macro has_changes(name) -%}
    {{ return(run_query("select count(*) from state.session_changes where load_id > " ~ done_load(name))[0][0] > 0) }}
{%- endmacro %}


{#
    From when on int_events reads all events: where nine tenths of the changed customers are read from. The
    few who reach further back, by a late file or a login that claims old visits, are sought by name.
#}
{% macro usual_start() -%}
    {{ return("cast('" ~ run_query("select coalesce(quantile_disc(recompute_from, 0.1), cast('9999-01-01' as timestamp)) from " ~ ref('int_customers_changed'))[0][0] ~ "' as timestamp)") }}
{%- endmacro %}


{# Pre-hook of models of changed customers: their rows go, to be made again. #}
{% macro forget_changed_customers() -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }}
    where customer_id in (select customer_id from {{ ref('int_customers_changed') }})
    {%- endif -%}
{%- endmacro %}

{# Pre-hook of fct_events: tells which sessions change, and takes out what is written again or gone. #}
{% macro forget_changed_rows() -%}
    {%- if execute and is_incremental() -%}
    insert into state.session_changes
    select {{ load_id() }}, customer_id, session_id, min(event_at)
    from (
        select customer_id_before as customer_id, session_id_before as session_id, event_at_before as event_at
        from {{ ref('int_events_changed') }}
        union all
        select customer_id, session_id, event_at from {{ ref('int_events_changed') }}
    )
    where customer_id is not null
    group by customer_id, session_id;
    update {{ this }} set is_bot = true, is_excluded = true
    where event_id in (select event_id from {{ ref('int_events_changed') }} where is_flag_only);
    delete from {{ this }}
    where
        event_at >= {{ changed_start() }}
        and event_id in (select event_id from {{ ref('int_events_changed') }} where not is_flag_only)
    {%- endif -%}
{%- endmacro %}

{# The earliest time that fct_events changes at. #}
{% macro changed_start() -%}
    {{ return("cast('" ~ run_query("select coalesce(min(least(event_at_before, event_at)), cast('9999-01-01' as timestamp)) from " ~ ref('int_events_changed') ~ " where not is_flag_only")[0][0] ~ "' as timestamp)") }}
{%- endmacro %}


{# SQL for the sessions, or customers, whose events changed since the model's last load. #}
{% macro changed_in_sessions(column) -%}
    select {{ column }} from state.session_changes where load_id > {{ done_load(model.name) }}
{%- endmacro %}

{# Pre-hook of fct_sessions. #}
{% macro forget_changed_sessions() -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }} where session_id in ({{ changed_in_sessions('session_id') }})
    {%- endif -%}
{%- endmacro %}

{# Where the earliest of the changed sessions starts: before that no event is read. #}
{% macro sessions_start() -%}
    {{ return("cast('" ~ run_query("
        select coalesce(min(changed_from), cast('9999-01-01' as timestamp)) from (
            select changed_from from state.session_changes where load_id > " ~ done_load(model.name) ~ "
            union all
            select started_at from " ~ this ~ " where session_id in (" ~ changed_in_sessions('session_id') ~ ")
        )")[0][0] ~ "' as timestamp)") }}
{%- endmacro %}

{# Post-hook of fct_sessions: a session before others moves their numbers. #}
{% macro number_sessions_again() -%}
    {%- if execute and is_incremental() -%}
    update {{ this }} as sessions
    set session_number = numbered.session_number
    from (
        select session_id, row_number() over (partition by customer_id order by started_at, session_id) as session_number
        from {{ this }}
        where customer_id in ({{ changed_in_sessions('customer_id') }})
    ) as numbered
    where sessions.session_id = numbered.session_id and sessions.session_number <> numbered.session_number
    {%- endif -%}
{%- endmacro %}
