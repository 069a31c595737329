{# Which raw files there are and what their columns are. Asked at run time, never at parse time. #}

{# The chosen source's raw entities, {name: configuration}; an unknown source ends the run here. #}
{% macro source_entities() -%}
    {%- if var('source') not in var('sources') -%}
        {{ raise_error("var 'source' is '" ~ var('source') ~ "', which is no known source. Use one of: " ~ var('sources') | join(', ') ~ ".") }}
    {%- endif -%}
    {{ return(var('sources')[var('source')].entities) }}
{%- endmacro %}


{% macro raise_error(message) -%}
    {{ exceptions.raise_compiler_error("Footfall: " ~ message) }}
{%- endmacro %}


{# Files of one entity, sorted: [{path, format}]. A folder holds `<files>*`; a file or glob is the events'. #}
{% macro raw_files(source, entity) -%}
    {%- set config = var('sources')[source].entities[entity] -%}
    {%- set path = var('raw_path') | string -%}
    {%- set found = [] -%}
    {%- if run_query("select 1 from " ~ list_files(path ~ '/**') ~ " limit 1") | length > 0 -%}
        {%- set patterns = [path ~ '/' ~ config.files ~ '*.*'] + ([path ~ '/' ~ config.files ~ '/*.*'] if config.files else []) -%}
    {%- else -%}
        {%- set patterns = [path] if entity == 'events' else [] -%}
    {%- endif -%}
    {%- for pattern in patterns -%}
        {%- for row in run_query("select file from " ~ list_files(pattern) ~ " order by file") -%}
            {%- do found.append(row[0]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro list_files(pattern) -%}
    {{ return(adapter.dispatch('list_files', 'footfall')(pattern)) }}
{%- endmacro %}

{% macro duckdb__list_files(pattern) -%}
    {{ return("glob(" ~ text_literal(pattern) ~ ")") }}
{%- endmacro %}


{#
    How each file of an entity is laid out: [{path, format, delimiter, columns}], columns in snake case
    ('Customer ID' is customer_id), in file order. Raises one line when there is no file, a file is neither CSV nor
    Parquet, or a required column is missing.
#}
{% macro raw_layouts(source, entity) -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set config = var('sources')[source].entities[entity] -%}
    {%- set files = raw_files(source, entity) -%}
    {%- if not files and not config.is_optional -%}
        {{ raise_error("var 'raw_path' is '" ~ var('raw_path') ~ "': no file matches. Give a file, a glob or a folder with " ~ (config.files or 'CSV or Parquet') ~ " files.") }}
    {%- endif -%}
    {%- set layouts = [] -%}
    {%- for file in files -%}
        {%- set name = file | lower -%}
        {%- if name.endswith('.parquet') -%}
            {%- do layouts.append(parquet_layout(file)) -%}
        {%- elif modules.re.search('[.](csv|tsv|txt)([.]gz)?$', name) -%}
            {%- do layouts.append(csv_layout(file)) -%}
        {%- else -%}
            {{ raise_error("file '" ~ file ~ "' is neither CSV nor Parquet by its name. Point var 'raw_path' at .csv, .tsv, .txt (or these with .gz) or .parquet files.") }}
        {%- endif -%}
        {%- set missing = config.columns | reject('in', layouts[-1].columns) | list -%}
        {%- if missing -%}
            {{ raise_error("file '" ~ file ~ "' has no column '" ~ missing | join("', '") ~ "', which source '" ~ source ~ "' needs. Found: " ~ layouts[-1].columns | join(', ') | truncate(300) ~ ".") }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(layouts) }}
{%- endmacro %}

{% macro parquet_layout(file) -%}
    {%- set columns = [] -%}
    {%- set texts = [] -%}
    {%- for name, type in run_query("select column_name, column_type from (describe select * from " ~ parquet_rows(file) ~ ")").rows -%}
        {%- do columns.append(snake_case(name)) -%}
        {%- do texts.append(number_as_text(adapter.quote(name)) if type in ['DOUBLE', 'FLOAT'] else "cast(" ~ adapter.quote(name) ~ " as string)") -%}
    {%- endfor -%}
    {{ return({'path': file, 'format': 'parquet', 'columns': columns, 'texts': texts}) }}
{%- endmacro %}


{% macro snake_case(name) -%}
    {{ return(modules.re.sub('[^a-z0-9]+', '_', name | lower | trim).strip('_')) }}
{%- endmacro %}


{# A floating-point column as text: whole numbers, as ids are in a column with gaps, without '.0'. #}
{% macro number_as_text(column) -%}
    {{ return("case when " ~ column ~ " = trunc(" ~ column ~ ") and abs(" ~ column ~ ") < 9007199254740992 then cast(cast(" ~ column ~ " as bigint) as string) else cast(" ~ column ~ " as string) end") }}
{%- endmacro %}


{% macro csv_layout(file) -%}
    {%- set lines = run_query("select line from " ~ csv_lines(file, false) ~ " limit 1") -%}
    {%- set header = (lines[0][0] or '') if lines | length else '' -%}
    {%- set layout = {'path': file, 'format': 'csv', 'delimiter': ',', 'columns': []} -%}
    {%- for delimiter in [';', '\t', '|'] if header.count(delimiter) > header.count(layout.delimiter) -%}
        {%- do layout.update({'delimiter': delimiter}) -%}
    {%- endfor -%}
    {%- for name in header.split(layout.delimiter) -%}
        {%- do layout.columns.append(snake_case(name)) -%}
    {%- endfor -%}
    {{ return(layout) }}
{%- endmacro %}


{% macro text_literal(text) -%}
    {{ return("'" ~ text | replace("'", "''") ~ "'") }}
{%- endmacro %}
