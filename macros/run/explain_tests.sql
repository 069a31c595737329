{#
    After a run: what each failed or warning test found, in words. dbt itself prints how many rows only.
    A list of {test, status, row_count, findings}, with at most 20 findings each.
#}
{% macro test_findings(results) -%}
    {%- set found = [] -%}
    {%- for result in results if is_csv_error(result) -%}
        {%- do found.append({'test': result.node.name, 'status': 'fail', 'row_count': 1, 'findings': [csv_error(result)]}) -%}
    {%- endfor -%}
    {%- for result in results if result.node.resource_type == 'unit_test' and result.status == 'fail' -%}
        {%- do found.append({'test': result.node.name, 'status': 'fail', 'row_count': 1, 'findings': ["unit test " ~ result.node.name ~ ": its model gives other rows than it expects; logs/dbt.log shows which"]}) -%}
    {%- endfor -%}
    {%- for result in results if result.node.resource_type == 'test' and result.status in ['fail', 'warn'] -%}
        {%- set rows = run_query("select * from (" ~ findings_query(result.node) ~ ") as findings limit 20") -%}
        {%- set findings = [] -%}
        {%- for row in rows.rows -%}
            {%- set values = [] -%}
            {%- for name in rows.column_names -%}
                {%- do values.append(row[name] if name == 'finding' else name ~ "=" ~ row[name]) -%}
            {%- endfor -%}
            {%- do findings.append((values if 'finding' in rows.column_names else [result.node.name ~ ": "] ~ values) | join(", ")) -%}
        {%- endfor -%}
        {%- do found.append({'test': result.node.name, 'status': result.status | string, 'row_count': result.failures, 'findings': findings}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{# SQL for what a test found: a sentence per row for the project's own tests and for tests of seeds. #}
{% macro findings_query(node) -%}
    {%- set tested = graph.nodes.get(node.attached_node) -%}
    {%- if not node.test_metadata or not tested or tested.resource_type != 'seed' -%}
        {{ return(node.compiled_code) }}
    {%- endif -%}
    {{ return(seed_findings(node, tested)) }}
{%- endmacro %}


{# The rows of a seed that fail one of its tests, with their line in the file. #}
{% macro seed_findings(node, seed) -%}
    {%- set kind = node.test_metadata.name -%}
    {%- set kwargs = node.test_metadata.kwargs -%}
    {%- set columns = kwargs.columns or [kwargs.column_name] -%}
    {%- set accepted = kwargs['values'] -%}
    {%- set values = [] -%}
    {%- for column in columns -%}
        {%- do values.append("coalesce(cast(" ~ column ~ " as string), '')") -%}
    {%- endfor -%}
    {%- set held = values | join(" || ', ' || ") -%}
    {%- set file = text_literal(seed.original_file_path) -%}
    with numbered as (
        select *, cast({{ seed_row_number() }} as string) as file_line from {{ node_relation(seed) }}
    )
    {%- if kind in ['unique', 'listed_once', 'unique_combination'] %}
    select
        'lines ' || {{ dbt.listagg('file_line', "' and '", 'order by cast(file_line as int)') }} || ' of ' || {{ file }}
        || ' have the same {{ columns | join(', ') }} (' || min({{ held }}) || '); keep one of them' as finding
    from numbered
    group by {{ columns | join(', ') if kind != 'listed_once' else 'lower(trim(' ~ columns[0] ~ '))' }}
    having count(*) > 1
    order by min(cast(file_line as int))
    {%- elif kind == 'not_null' %}
    select 'line ' || file_line || ' of ' || {{ file }} || ' has no {{ columns[0] }}; fill it in' as finding
    from numbered
    where {{ columns[0] }} is null
    {%- else %}
    select
        'line ' || file_line || ' of ' || {{ file }} || ' has {{ columns[0] }} ''' || {{ held }} || ''''
        {%- if accepted and accepted is not string %} || '; use one of: {{ accepted | join(', ') }}'{% endif %} as finding
    from numbered
    where {{ columns[0] }} in (select value_field from ({{ node.compiled_code }}) as refused)
    {%- endif %}
{%- endmacro %}


{% macro node_relation(node) -%}
    {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) }}
{%- endmacro %}

{# The relation of a model, for messages at the end of a run. #}
{% macro relation_of(name) -%}
    {{ return(node_relation(graph.nodes['model.footfall.' ~ name])) }}
{%- endmacro %}


{# Whether a seed was not built because its file cannot be loaded, and not for want of disk or memory. #}
{% macro is_csv_error(result) -%}
    {{ return(result.node.resource_type == 'seed' and result.status == 'error' and modules.re.search('CSV Error on Line|sniffing file', result.message) is not none) }}
{%- endmacro %}


{# The line of a seed's file that cannot be loaded, and why. #}
{% macro csv_error(result) -%}
    {%- set file = result.node.original_file_path -%}
    {%- set line = modules.re.search('CSV Error on Line: ([0-9]+)', result.message) -%}
    {%- set why = modules.re.search('Error when converting column .*', result.message) -%}
    {%- if line and why -%}
        {{ return("line " ~ line[1] ~ " of " ~ file ~ " cannot be loaded: " ~ why[0] | trim) }}
    {%- endif -%}
    {%- set field_counts = [] -%}
    {%- for text in seed_lines(file) -%}
        {%- do field_counts.append(modules.re.sub('"[^"]*"', '', text).count(',') + 1) -%}
    {%- endfor -%}
    {%- for count in field_counts if count != field_counts[0] -%}
        {{ return("line " ~ (field_counts.index(count) + 1) ~ " of " ~ file ~ " has " ~ count ~ " fields, but its first line names " ~ field_counts[0] ~ " columns; quote texts that hold a comma") }}
    {%- endfor -%}
    {{ return(file ~ " cannot be loaded: it is no table with commas between the fields, in UTF-8") }}
{%- endmacro %}


{# The lines of a seed's file. #}
{% macro seed_lines(file) -%}
    {{ return(adapter.dispatch('seed_lines', 'footfall')(file)) }}
{%- endmacro %}

{% macro duckdb__seed_lines(file) -%}
    {{ return(run_query("select content from read_text(" ~ path_list([file]) ~ ")")[0][0].splitlines()) }}
{%- endmacro %}
