{#
    After a run: the closing summary, and for a run of some models only what their tests found. A build
    that stopped says what it knows: figures come from marts that this run built, never from an older build.
#}
{% macro say_summary(results) -%}
    {%- if execute -%}
        {%- set findings = test_findings(results) + earlier_findings(results) -%}
        {%- if not is_whole_build() -%}
            {%- for found in findings -%}
                {%- for finding in found.findings[:5] -%}{{ log("Footfall: " ~ printable(finding), info=true) }}{%- endfor -%}
            {%- endfor -%}
        {%- else -%}
            {%- set summary = summary_text(results, findings) -%}
            {%- for line in summary.lines -%}{{ log(printable(line), info=true) }}{%- endfor -%}
            {%- do keep_summary(summary, findings) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# Whether this run builds the summary and all that it sums up. `dbt test` builds nothing. #}
{% macro is_whole_build() -%}
    {%- set summary = graph.nodes['model.footfall.build_summary'] -%}
    {%- set missing = [] -%}
    {%- for id in [summary.unique_id] + summary.depends_on.nodes if id not in selected_resources and not id.startswith('seed.') -%}
        {%- do missing.append(id) -%}
    {%- endfor -%}
    {{ return(flags.WHICH in ['build', 'run'] and (not missing or rest_is_built())) }}
{%- endmacro %}


{# Whether models that this run leaves out are up to date: `make build` says so when it builds a part. #}
{% macro rest_is_built() -%}
    {{ return(env_var('FOOTFALL_REST_IS_BUILT', 'false') == 'true') }}
{%- endmacro %}


{# The names of models that this run built, or that are up to date without it. #}
{% macro built_models(results) -%}
    {%- set built = results | selectattr('status', 'equalto', 'success') | map(attribute='node.name') | list -%}
    {%- if rest_is_built() -%}
        {%- set ran = results | map(attribute='node.name') | list -%}
        {%- do built.extend(graph.nodes.values() | map(attribute='name') | reject('in', ran)) -%}
    {%- endif -%}
    {{ return(built) }}
{%- endmacro %}


{# Findings of tests that this run leaves out, because it builds only what was edited. #}
{% macro earlier_findings(results) -%}
    {%- set found = [] -%}
    {%- if rest_is_built() -%}
        {%- set ran = results | map(attribute='node.name') | list -%}
        {%- for row in run_query("select test, status, row_count, to_json(findings) from state.findings order by test") if row[0] not in ran -%}
            {%- do found.append({'test': row[0], 'status': row[1], 'row_count': row[2], 'findings': fromjson(row[3])}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}


{# The summary as {status, has_figures, lines}: at most 25 lines, with the one that explain_errors adds. #}
{% macro summary_text(results, findings) -%}
    {%- set failed = results | selectattr('status', 'in', ['error', 'fail']) | list -%}
    {%- set skipped = results | selectattr('status', 'equalto', 'skipped') | list -%}
    {%- set built = built_models(results) -%}
    {%- set is_complete = not failed and not skipped -%}
    {%- if is_complete -%}
        {%- set lines = ["Footfall: source " ~ var('source') ~ " is built" ~ (", and not tested" if flags.WHICH == 'run' else "") ~ ". Money is in " ~ var('currency') ~ "."] -%}
    {%- else -%}
        {%- set lines = ["Footfall: the build of source " ~ var('source') ~ " failed: of " ~ results | length ~ " models, seeds and tests, " ~ failed | length ~ " failed and " ~ skipped | length ~ " were left out."] -%}
    {%- endif -%}
    {%- do lines.extend(figure_lines(built)) -%}
    {%- set last_lines = where_lines(skipped, built, is_complete) -%}
    {%- set reasons = finding_lines(findings, 'fail') -%}
    {%- set warnings = expectation_lines(built) + files_without_rows(built) + finding_lines(findings, 'warn') -%}
    {%- set reasons = reasons[:24 - lines | length - last_lines | length] -%}
    {%- set room = 24 - lines | length - last_lines | length - reasons | length -%}
    {%- if warnings | length > room -%}
        {%- set warnings = warnings[:room - 1] + ["warning: " ~ (warnings | length - room + 1) ~ " more, which `.venv/bin/footfall summary --json` lists"] -%}
    {%- endif -%}
    {%- do lines.extend(warnings) -%}
    {%- do lines.extend(last_lines) -%}
    {%- do lines.extend(reasons) -%}
    {{ return({'is_complete': is_complete, 'has_figures': 'build_summary' in built, 'lines': lines}) }}
{%- endmacro %}


{# The lines of build_summary; of a build that stopped, only those whose marts this run built. #}
{% macro figure_lines(built) -%}
    {%- if 'build_summary' in built -%}
        {{ return(run_query("select text from " ~ relation_of('build_summary') ~ " order by line_number").columns[0].values() | list) }}
    {%- endif -%}
    {%- set parts = [] -%}
    {%- if 'source_reconciliation' in built and 'int_events_counted' in built -%}
        {%- do parts.append(summary_of_rows(relation_of('source_reconciliation'), relation_of('int_events_counted'))) -%}
    {%- endif -%}
    {%- if 'fct_events' in built -%}
        {%- do parts.append(summary_of_excluded(relation_of('fct_events'))) -%}
    {%- endif -%}
    {%- if 'int_events_counted' in built and 'rejection_reasons' in built -%}
        {%- do parts.append(summary_of_refusals(relation_of('int_events_counted'), relation_of('rejection_reasons'), node_relation(graph.nodes['seed.footfall.rejection_advice']))) -%}
    {%- endif -%}
    {%- if not parts -%}{{ return([]) }}{%- endif -%}
    {{ return(run_query("select text from ((" ~ parts | join(") union all (") ~ ")) as known order by line_number").columns[0].values() | list) }}
{%- endmacro %}


{# A line for each test that failed, or warned: its first finding. #}
{% macro finding_lines(findings, status) -%}
    {%- set lines = [] -%}
    {%- for found in findings if found.status == status -%}
        {%- set more = " (and " ~ (found.row_count - 1) ~ " more)" if found.row_count > 1 else "" -%}
        {%- do lines.append(("failed: " if status == 'fail' else "warning: ") ~ found.findings | first ~ more) -%}
    {%- endfor -%}
    {{ return(lines) }}
{%- endmacro %}


{# Files with a header and no rows: among many files, nobody would notice an empty one. #}
{% macro files_without_rows(built) -%}
    {%- if 'source_reconciliation' not in built or not has_state() or not has_files() -%}{{ return([]) }}{%- endif -%}
    {%- set found = run_query("
        select path from state.base_files
        where path not in (select source_file from " ~ relation_of('source_reconciliation') ~ ") order by path").columns[0].values() | list -%}
    {%- if not found -%}{{ return([]) }}{%- endif -%}
    {{ return(["warning: " ~ found | length ~ " files hold no rows, such as " ~ found[0]]) }}
{%- endmacro %}


{# Expectations on the raw data that failed as warnings; a critical one stops the build by itself. #}
{% macro expectation_lines(built) -%}
    {%- if 'data_quality_results' not in built -%}{{ return([]) }}{%- endif -%}
    {%- set failed = run_query("
        select suite || ': ' || coalesce(column_name || ' ', '') || replace(replace(expectation, 'expect_column_', ''), '_', ' ') || ' ' || coalesce(arguments, '') || ', but is ' || coalesce(observed, 'nothing')
        from " ~ relation_of('data_quality_results') ~ " where severity = 'warning' and not success order by suite, column_name, expectation, arguments").columns[0].values() | list -%}
    {%- if not failed -%}{{ return([]) }}{%- endif -%}
    {{ return(["warning: " ~ failed | length ~ " expectations on the raw data do not hold, such as " ~ failed[0] ~ " (seeds/config/expectations.csv)"]) }}
{%- endmacro %}


{# Which marts are old, where everything is, and what to run next. #}
{% macro where_lines(skipped, built, is_complete) -%}
    {%- set lines = [] -%}
    {%- set left_out = skipped | selectattr('node.resource_type', 'equalto', 'model') | map(attribute='node.unique_id') | list -%}
    {%- set marts = graph.nodes.values() | selectattr('unique_id', 'in', left_out) | selectattr('config.schema', 'equalto', 'marts') | map(attribute='name') | sort -%}
    {%- if marts -%}
        {%- do lines.append("not built: " ~ marts[:3] | join(", ") ~ (" and " ~ (marts | length - 3) ~ " more marts" if marts | length > 3 else "") ~ "; what the warehouse may hold of them is older") -%}
    {%- endif -%}
    {%- if target.type == 'duckdb' -%}
        {%- do lines.append("warehouse: " ~ target.path) -%}
        {%- if 'data_quality_results' in built -%}
            {%- do lines.append("quality report: " ~ modules.re.sub('[.][^./]*$', '', target.path) ~ "_quality.html (by `make build`, or .venv/bin/footfall quality-report)") -%}
        {%- endif -%}
    {%- endif -%}
    {%- if is_complete -%}
        {%- set question = 'sales_by_month' if run_query("select count(*) from " ~ relation_of('fct_orders'))[0][0] else 'insights' -%}
        {%- set vars = " --vars '" ~ tojson(invocation_args_dict.vars) ~ "'" if invocation_args_dict.vars else "" -%}
        {%- do lines.append("next: .venv/bin/dbt show -s " ~ question ~ vars) -%}
    {%- endif -%}
    {{ return(lines) }}
{%- endmacro %}


{# on-run-start: a run that builds the summary forgets the last one, so that a killed run leaves none. #}
{% macro forget_summary() -%}
    {%- if execute and has_state() and is_whole_build() -%}
        {%- do run_query("
            create or replace table state.summary (load_id bigint, is_complete boolean, has_figures boolean, lines text[]);
            create table if not exists state.findings (test text, status text, row_count bigint, findings text[]);
            insert into state.summary (load_id) values (" ~ load_id() ~ ");
        ") -%}
    {%- endif -%}
{%- endmacro %}


{# What `footfall summary` prints. #}
{% macro keep_summary(summary, findings) -%}
    {%- if has_state() -%}
        {%- do run_query("update state.summary set is_complete = " ~ summary.is_complete ~ ", has_figures = " ~ summary.has_figures ~ ", lines = " ~ text_list(summary.lines)) -%}
        {%- do run_query("delete from state.findings") -%}
        {%- for found in findings -%}
            {%- do run_query("insert into state.findings values (" ~ text_literal(found.test) ~ ", " ~ text_literal(found.status) ~ ", " ~ found.row_count ~ ", " ~ text_list(found.findings) ~ ")") -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{% macro text_list(texts) -%}
    {%- set literals = [] -%}
    {%- for text in texts -%}{%- do literals.append(text_literal(text)) -%}{%- endfor -%}
    {{ return("[" ~ literals | join(", ") ~ "]") }}
{%- endmacro %}


{# A text without characters that control a terminal, since it may hold values of raw files. #}
{% macro printable(text) -%}
    {{ return(modules.re.sub('[\\x00-\\x1f\\x7f-\\x9f]', ' ', text)) }}
{%- endmacro %}
