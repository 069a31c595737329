{#
    Why critical expectations about the whole table failed, in words, for the quality gate's message: the
    reason, how many rows, and the first of them. Looked up only when one failed, since it reads the
    raw rows.
#}
{% macro failure_examples() -%}
    {{ adapter.dispatch('failure_examples', 'footfall')() }}
{%- endmacro %}

{# Spark runs no expectations. #}
{% macro default__failure_examples() -%}
    {{ empty_relation({'suite': 'string', 'column_name': 'string', 'example': 'string'}) }}
{%- endmacro %}

{% macro duckdb__failure_examples() -%}
    {%- set results = ref('data_quality_results') -%}
    {%- set rows = [] -%}
    {%- if execute and adapter.get_relation(results.database, results.schema, results.identifier) -%}
        {%- for suite, column in run_query("select suite, column_name from " ~ results ~ " where severity = 'critical' and not success and suite like '%.profile'").rows -%}
            {%- set example = failure_example(suite.split('.')[0], column) -%}
            {%- if example -%}
                {%- do rows.append("(" ~ text_literals([suite, column, one_line(example)]) ~ ")") -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if rows -%}
    select * from (values {{ rows | join(', ') }}) as examples (suite, column_name, example)
    {%- else -%}
    {{ default__failure_examples() }}
    {%- endif -%}
{%- endmacro %}


{# The rows behind one failed fact of the profile; none when there is nothing to add. #}
{% macro failure_example(entity, fact) -%}
    {%- set name = fact.split('.') | first -%}
    {%- set base = relation_of('base_' ~ var('source') ~ '__' ~ entity) -%}
    {%- if fact == 'row_count' and has_files() and found_files(entity) -%}
        {{ return("file '" ~ found_files(entity)[0] ~ "' has no row behind its first line") }}
    {%- elif fact == 'malformed_reason.null_share' -%}
        {{ return(malformed_example(entity, base)) }}
    {%- elif fact.endswith('.unparseable_share') -%}
        {%- set found = first_row(base, name, text_value(name) ~ " is not null and " ~ to_utc(name) ~ " is null") -%}
        {%- if found -%}
            {{ return(found.count ~ " rows have no time that is read in column '" ~ name ~ "', the first '" ~ found.value | truncate(80) ~ "' in " ~ found.place ~ "; say how such times are written (time_formats, day_first) in " ~ source_file(var('source'))) }}
        {%- endif -%}
    {%- elif fact.endswith('.null_share') -%}
        {%- set found = first_row(base, name, text_value(name) ~ " is null and malformed_reason is null") -%}
        {%- if found -%}
            {{ return(found.count ~ " rows have nothing in column '" ~ name ~ "', the first in " ~ found.place) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# How many rows of a base model meet a condition, and the value and place of the first. #}
{% macro first_row(base, column, condition) -%}
    {%- set rows = run_query("select count(*), min_by(" ~ column ~ ", row(source_file, source_row)), min_by(source_file, row(source_file, source_row)), min_by(source_row, row(source_file, source_row)) from " ~ base ~ " where " ~ condition) -%}
    {%- if rows[0][0] -%}
        {{ return({'count': rows[0][0], 'value': rows[0][1] | string, 'file': rows[0][2], 'place': rows[0][2] ~ (' row ' if raw_format(rows[0][2]) == 'parquet' else ' line ') ~ rows[0][3]}) }}
    {%- endif -%}
{%- endmacro %}


{# The reasons why lines could not be split into fields, most frequent first, each with its first line. #}
{% macro malformed_example(entity, base) -%}
    {%- set words = [] -%}
    {%- for reason in run_query("select malformed_reason from " ~ base ~ " where malformed_reason is not null group by malformed_reason order by count(*) desc, malformed_reason").columns[0].values() -%}
        {%- set found = first_row(base, 'raw_line', "malformed_reason = '" ~ reason ~ "'") -%}
        {%- set about = {
            'bad_encoding': 'no UTF-8; save the file as UTF-8',
            'open_quote': 'nothing closes a quote',
            'line_too_long': 'a line end may be missing',
        }.get(reason) or field_counts(entity, found) -%}
        {%- do words.append(found.count ~ " rows are malformed by " ~ reason ~ " (" ~ about ~ "), the first is " ~ found.place ~ ': "' ~ found.value | truncate(80) ~ '"') -%}
    {%- endfor -%}
    {{ return(words | join(', ')) }}
{%- endmacro %}


{% macro field_counts(entity, found) -%}
    {%- set layout = raw_layouts(var('source'), entity, [found.file])[0] -%}
    {%- set fields = run_query("select " ~ list_length("(" ~ csv_fields(text_literal(found.value), layout.delimiter) ~ ")"))[0][0] -%}
    {{ return(fields ~ " fields, header has " ~ layout.columns | length) }}
{%- endmacro %}
