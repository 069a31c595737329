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
        'source', 'extra_columns', 'csv_record_lines', 'source_time_zone',
        'reporting_time_zone', 'currency', 'valid_from', 'valid_to', 'as_of', 'session_gap_seconds',
        'session_id_gap_seconds', 'engaged_session_seconds', 'bot_events_per_day',
        'order_repeat_seconds', 'recency_from',
    ]) }}
{%- endmacro %}


{# Whether a new events file is new events and nothing else; where not, all is made anew. #}
{% macro grows_by_file() -%}
    {#- an order that is canceled later would change events of files that did not -#}
    {%- set has_orders = 'orders' in source_config().provides -%}
    {{ return(has_files() and source_config().get('grows_by_file', false) and not has_orders) }}
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
    {%- if not execute or model.resource_type != 'model' or flags.FULL_REFRESH or not has_state() -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set node = graph.nodes['model.footfall.' ~ name] -%}
    {%- for name in [name] + tracked_parents(node) -%}
        {%- if not adapter.get_relation(target.database, graph.nodes['model.footfall.' ~ name].schema, name) -%}{{ return(false) }}{%- endif -%}
    {%- endfor -%}
    {{ return(can_go_on(node)) }}
{%- endmacro %}


{% macro can_go_on(node) -%}
    {{ return(adapter.dispatch('can_go_on', 'footfall')(node)) }}
{%- endmacro %}

{% macro duckdb__can_go_on(node) -%}
    {%- set parents = tracked_parents(node) -%}
    {%- set is_of_files = parents | map('truncate', 5, true, '', 0) | unique | list in [[], ['base_']] -%}
    {%- if not execute or not (has_files() if is_of_files else grows_by_file()) -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(run_query("
        select count(*) from state.model_progress as progress
        where
            model = '" ~ node.name ~ "'
            and settings in (select settings from state.model_settings where model = '" ~ node.name ~ "')
            and load_id >= all (select made_anew_in from state.model_progress where model in ('" ~ parents | join("', '") ~ "'))")[0][0] == 1) }}
{%- endmacro %}


{# The nearest ancestors that know their progress. Behind the quality gate no row comes from. #}
{% macro tracked_parents(node) -%}
    {%- set found = [] -%}
    {%- do add_tracked_parents(node, found, {}) -%}
    {{ return(found) }}
{%- endmacro %}


{# Each ancestor is looked at once: many paths lead to it. #}
{% macro add_tracked_parents(node, found, seen) -%}
    {%- for id in node.depends_on.nodes if id not in seen and id in graph.nodes and not id.endswith('.quality_gate') -%}
        {%- do seen.update({id: true}) -%}
        {%- set parent = graph.nodes[id] -%}
        {%- if parent.config.materialized == 'incremental' or holds_changes(parent) -%}
            {%- do found.append(parent.name) -%}
        {%- endif -%}
        {%- if parent.config.materialized == 'view' or holds_changes(parent) -%}
            {%- do add_tracked_parents(parent, found, seen) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{% macro holds_changes(node) -%}
    {{ return(node.config.get('meta', {}).get('holds') == 'changes') }}
{%- endmacro %}


{# on-run-start: the settings that this run's models have, which they ask for many times. #}
{% macro record_settings() -%}
    {%- set built = built_checksums() -%}
    {%- set rows = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and (node.config.materialized == 'incremental' or holds_changes(node)) -%}
        {%- do rows.append("('" ~ node.name ~ "', '" ~ settings_of(node, built) ~ "')") -%}
    {%- endfor -%}
    {%- do run_query("create or replace table state.model_settings as select * from (values " ~ rows | join(", ") ~ ") as settings (model, settings)") -%}
{%- endmacro %}


{#
    One hash of all that decides a model's rows besides its input: vars, code and seeds. Code and seeds that
    this run does not build are those of their own last run, whatever their files say by now.
#}
{% macro settings_of(node, built={}) -%}
    {%- set settings = [node.schema, source_config() | string, customer_feature_list() | string] -%}
    {%- for name in incremental_vars() -%}{%- do settings.append(var(name) | string) -%}{%- endfor -%}
    {%- set seen = {} -%}
    {%- do add_checksums(node, seen, built) -%}
    {{ return(local_md5((settings + (seen.items() | sort) | map('string') | list) | join(' '))) }}
{%- endmacro %}


{% macro add_checksums(node, seen, built) -%}
    {%- set checksum = graph.nodes[node.unique_id].checksum.checksum -%}
    {%- do seen.update({node.name: checksum if node.unique_id in selected_resources else built.get(node.name, checksum)}) -%}
    {%- for id in node.depends_on.nodes if id in graph.nodes and not id.endswith('.quality_gate') and graph.nodes[id].name not in seen -%}
        {%- do add_checksums(graph.nodes[id], seen, built) -%}
    {%- endfor -%}
{%- endmacro %}


{# The checksums of models and seeds when they were built, by name. #}
{% macro built_checksums() -%}
    {%- set built = {} -%}
    {%- for row in run_query("select name, checksum from state.built") -%}
        {%- do built.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(built) }}
{%- endmacro %}


{#
    on-run-start: what this run is to build and test, and what an earlier one failed to. As long as something
    is due, `footfall publish` refuses: the marts are of different states.
#}
{% macro record_due() -%}
    {%- set due = [] -%}
    {%- for id in run_query("select node from state.due").columns[0].values() | list + selected_resources if id in graph.nodes and id not in due -%}
        {%- do due.append(id) -%}
    {%- endfor -%}
    {%- do run_query("create or replace table state.due as select node from (select unnest(['" ~ due | join("', '") ~ "']) as node) where node <> ''") -%}
{%- endmacro %}


{# on-run-end: remembers what was built. Forgotten by a killed run, it is built again once too often. #}
{% macro record_built(results) -%}
    {%- if execute and has_state() -%}
        {%- set done = results | selectattr('status', 'in', ['success', 'pass', 'warn', 'no-op']) | map(attribute='node.unique_id') -%}
        {%- do run_query("delete from state.due where node in ('" ~ done | join("', '") ~ "')") -%}
        {%- set rows = [] -%}
        {%- for result in results if result.status == 'success' and result.node.resource_type in ['model', 'seed'] -%}
            {%- do rows.append("('" ~ result.node.name ~ "', '" ~ result.node.checksum.checksum ~ "')") -%}
        {%- endfor -%}
        {%- if rows -%}
            {%- do run_query("
                create or replace table state.built as
                with built_now as (select * from (values " ~ rows | join(", ") ~ ") as built_now (name, checksum))
                select * from built_now
                union all
                select * from state.built where name not in (select name from built_now)") -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# The load up to which a model knows what its parents changed. #}
{% macro done_load(name) -%}
    {{ return(run_query("select load_id from state.model_progress where model = '" ~ name ~ "'")[0][0]) }}
{%- endmacro %}


{# Post-hook of every incremental model and of the tables that hold its changes. #}
{% macro record_progress() -%}
    {{ return(adapter.dispatch('record_progress', 'footfall')()) }}
{%- endmacro %}

{% macro duckdb__record_progress() -%}
    {%- if execute -%}
        {%- set goes_on = will_go_on('fct_events') if holds_changes(model) else not should_full_refresh() -%}
        {#- no further than its parents: of those that hold changes, what these go up to -#}
        {%- set known = [] -%}
        {%- for name in tracked_parents(model) -%}
            {%- set column = 'load_id' if holds_changes(graph.nodes['model.footfall.' ~ name]) else 'run_in' -%}
            {%- do known.append(", (select " ~ column ~ " from state.model_progress where model = '" ~ name ~ "')") -%}
        {%- endfor -%}
        {%- set load = load_id() -%}
        {%- set before = run_query("select made_anew_in, load_id from state.model_progress where model = '" ~ model.name ~ "'").rows -%}
        {%- set stands_still = model.name == 'fct_events' and goes_on and not is_in_step() -%}
    delete from state.model_progress where model = '{{ model.name }}';
    insert into state.model_progress
    select
        '{{ model.name }}',
        {% if stands_still %}{{ before[0][1] }}{% else %}least({{ load }}{{ known | join }}){% endif %},
        {{ load }},
        {{ before[0][0] if goes_on and before else load }},
        (select settings from state.model_settings where model = '{{ model.name }}')
    {%- endif -%}
{%- endmacro %}


{#
    Whether the models that hold the changes of fct_events ran one after the other: none is older than what
    it comes from, and fct_events has not taken these changes yet. A run of other models in between makes
    no harm then: fct_events stands still until all of them ran again.
    before: the model that asks, whose own run is not over; by default fct_events.
#}
{% macro is_in_step(before='fct_events') -%}
    {%- set pairs = ["select '' as child, '' as parent where false"] -%}
    {%- for child in tracked_parents(graph.nodes['model.footfall.fct_events']) if holds_changes(graph.nodes['model.footfall.' ~ child]) and child != before -%}
        {%- for parent in tracked_parents(graph.nodes['model.footfall.' ~ child]) -%}
            {%- do pairs.append("select '" ~ child ~ "', '" ~ parent ~ "'") -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set late = run_query("
        select count(*) from (" ~ pairs | join(" union all ") ~ ") as edges
        inner join state.model_progress as child on edges.child = child.model
        inner join state.model_progress as parent on edges.parent = parent.model
        where child.run_in < parent.run_in")[0][0] -%}
    {%- set taken = before == 'fct_events' and run_query("
        select count(*) from state.model_progress as changes, state.model_progress as events
        where changes.model = 'int_events_changed' and events.model = 'fct_events' and changes.run_in <= events.run_in")[0][0] -%}
    {{ return(late == 0 and not taken) }}
{%- endmacro %}


{# Before fct_events is made anew: int_events and what follows must hold everything, not some changes. #}
{% macro check_holds_all() -%}
    {%- if execute and is_load() and not is_incremental() -%}
        {%- for name in tracked_parents(model) if holds_changes(graph.nodes['model.footfall.' ~ name]) -%}
            {%- if run_query("select count(*) from state.model_progress where model = '" ~ name ~ "' and run_in <> made_anew_in")[0][0] -%}
                {{ raise_error("fct_events is made anew, but '" ~ name ~ "' holds only the changes of an earlier run. Run its parents too: dbt build -s +fct_events+") }}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}


{# A relation as it stands from an earlier run: what ref() would make a cycle of. #}
{% macro earlier(name) -%}
    {%- set node = graph.nodes['model.footfall.' ~ name] -%}
    {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) }}
{%- endmacro %}
