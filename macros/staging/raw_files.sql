{# Which raw files there are, and their columns. Looked up when a model runs, not while dbt parses. #}

{# Paths of one entity's files, sorted. A folder holds `<files>*`; a file or glob is the first entity's. #}
{% macro list_raw_files(source, entity) -%}
    {%- set config = source_config(source).entities[entity] -%}
    {%- set path = var('raw_path') | string -%}
    {%- set found = [] -%}
    {%- if is_folder(path) -%}
        {%- set patterns = [path ~ '/' ~ config.files ~ '*.*'] + ([path ~ '/' ~ config.files ~ '/*.*'] if config.files else []) -%}
    {%- else -%}
        {%- set patterns = [path] if entity == source_config(source).entities | first else [] -%}
    {%- endif -%}
    {%- for pattern in patterns -%}
        {%- for row in run_query("select file from " ~ list_files(pattern) ~ " order by file") -%}
            {%- do found.append(row[0]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro is_folder(path) -%}
    {{ return(run_query("select 1 from " ~ list_files(path ~ '/**') ~ " limit 1") | length > 0) }}
{%- endmacro %}

{% macro list_files(pattern) -%}
    {{ return(adapter.dispatch('list_files', 'footfall')(pattern)) }}
{%- endmacro %}

{% macro duckdb__list_files(pattern) -%}
    {{ return("glob(" ~ text_literal(pattern) ~ ")") }}
{%- endmacro %}


{#
    A line for each raw file that cannot be read, or that is new and damaged or cut short. Spark finds such
    files itself, when it reads them.
#}
{% macro file_problems(paths, is_new) -%}
    {{ return(adapter.dispatch('file_problems', 'footfall')(paths, is_new)) }}
{%- endmacro %}

{% macro default__file_problems(paths, is_new) -%}
    {{ return([]) }}
{%- endmacro %}

{% macro duckdb__file_problems(paths, is_new) -%}
    {%- if not paths -%}{{ return([]) }}{%- endif -%}
    {%- set problems = [] -%}
    {%- set asked = "select file, raw_file_problem(file, " ~ is_new ~ ") as problem from (select unnest([" ~ text_literals(paths) ~ "]) as file)" -%}
    {%- for row in run_query("with asked as materialized (" ~ asked ~ ") select * from asked where problem is not null order by file") -%}
        {%- do problems.append("file '" ~ row[0] ~ "' " ~ row[1]) -%}
    {%- endfor -%}
    {{ return(problems) }}
{%- endmacro %}


{#
    How each of an entity's files is laid out: [{path, format, delimiter, columns}], columns in snake case
    ('Customer ID' is customer_id), in file order. Raises one line when a file is not one that the
    source can read; when there are several such files, each has its line before.
#}
{% macro raw_layouts(source, entity, files) -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set paths = {'csv': [], 'parquet': [], 'unknown': []} -%}
    {%- for file in files -%}
        {%- do paths[raw_format(file)].append(file) -%}
    {%- endfor -%}
    {%- set layouts = parquet_layouts(paths.parquet) + with_columns_named(csv_layouts(paths.csv), source, entity) -%}
    {%- set problems = [] -%}
    {%- for file in paths.unknown -%}
        {%- do problems.append("file '" ~ file ~ "' is neither CSV nor Parquet by its name. Point var 'raw_path' at .csv, .tsv, .txt (or these with .gz) or .parquet files.") -%}
    {%- endfor -%}
    {%- for group in layout_groups(layouts) -%}
        {%- set problem = layout_problem(group, source, entity) -%}
        {%- for path in group.paths if problem -%}
            {%- do problems.append("file '" ~ path ~ "' " ~ problem) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do raise_errors(problems) -%}
    {{ return(layouts) }}
{%- endmacro %}


{# CSV layouts as they are, or, of files without a header (has_header: false), with the columns that the source names. #}
{% macro with_columns_named(layouts, source, entity) -%}
    {%- if source_config(source).get('has_header', true) -%}
        {{ return(layouts) }}
    {%- endif -%}
    {%- set named = [] -%}
    {%- for layout in layouts -%}
        {%- do named.append(dict(layout, columns=source_config(source).entities[entity].columns, field_count=layout.columns | length, header_lines=0)) -%}
    {%- endfor -%}
    {{ return(named) }}
{%- endmacro %}

{% macro raw_format(file) -%}
    {%- set name = (file | lower).split('/')[-1] -%}
    {{ return('parquet' if name.endswith('.parquet') else 'csv' if modules.re.search('[.](csv|tsv|txt)([.]gz)?$', name) else 'unknown') }}
{%- endmacro %}


{# Why a source cannot read files of this layout; empty when it can. #}
{% macro layout_problem(layout, source, entity) -%}
    {%- if not layout.get('field_count', layout.columns | length) -%}
        {{ return("is empty or no UTF-8 text: its first line should name the columns.") }}
    {%- endif -%}
    {%- if layout.header_lines == 0 and layout.field_count != layout.columns | length -%}
        {{ return("has " ~ layout.field_count ~ " fields in its first line; source '" ~ source ~ "' (has_header: false) names " ~ layout.columns | length ~ " columns: " ~ layout.columns | join(', ') ~ ".") }}
    {%- endif -%}
    {%- for column in raw_columns(source, entity) if layout.columns.count(column) > 1 -%}
        {{ return("has more than one column '" ~ column ~ "'. Rename or drop one.") }}
    {%- endfor -%}
    {%- set missing = source_config(source).entities[entity].columns | reject('in', layout.columns) | list -%}
    {%- if missing -%}
        {{ return("has no column '" ~ missing | join("', '") ~ "', which source '" ~ source ~ "' needs. Found: " ~ layout.columns | join(', ') | truncate(300) ~ ".") }}
    {%- endif -%}
{%- endmacro %}


{# The layouts of Parquet files. Of files with the same schema only one is opened. #}
{% macro parquet_layouts(paths) -%}
    {%- set known = {} -%}
    {%- set layouts = [] -%}
    {%- if paths -%}
        {%- for file, schema in run_query(parquet_schemas(paths)).rows -%}
            {%- if schema not in known -%}
                {%- do known.update({schema: parquet_layout(file)}) -%}
            {%- endif -%}
            {%- do layouts.append(dict(known[schema], path=file)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(layouts) }}
{%- endmacro %}

{% macro parquet_schemas(paths) -%}
    {{ return(adapter.dispatch('parquet_schemas', 'footfall')(paths)) }}
{%- endmacro %}

{% macro duckdb__parquet_schemas(paths) -%}
    {{ return("select file_name, string_agg(concat_ws(' ', name, duckdb_type, num_children), ', ' order by column_id) as file_schema from parquet_schema(" ~ path_list(paths) ~ ") group by file_name order by file_name") }}
{%- endmacro %}

{% macro parquet_layout(file) -%}
    {%- set columns = [] -%}
    {%- set texts = [] -%}
    {%- for column in run_query(parquet_columns(file)).rows -%}
        {%- do columns.append(snake_case(parquet_column_name(column))) -%}
        {%- do texts.append(parquet_text(column[0], column[1])) -%}
    {%- endfor -%}
    {{ return({'format': 'parquet', 'columns': columns, 'texts': texts}) }}
{%- endmacro %}


{# A query for the columns of a Parquet file and their types. #}
{% macro parquet_columns(file) -%}
    {{ return(adapter.dispatch('parquet_columns', 'footfall')(file)) }}
{%- endmacro %}

{% macro duckdb__parquet_columns(file) -%}
    {{ return("select column_name, column_type, column_name in (select name from parquet_schema(" ~ path_list([file]) ~ ")) from (describe select * from " ~ parquet_rows([file]) ~ ")") }}
{%- endmacro %}


{#
    The name of a column as it stands in its file. Where two columns have the same name, DuckDB calls the
    second `name_1`; Spark refuses such a file.
#}
{% macro parquet_column_name(column) -%}
    {{ return(adapter.dispatch('parquet_column_name', 'footfall')(column)) }}
{%- endmacro %}

{% macro default__parquet_column_name(column) -%}
    {{ return(column[0]) }}
{%- endmacro %}

{% macro duckdb__parquet_column_name(column) -%}
    {{ return(column[0] if column[2] else modules.re.sub('_[0-9]+$', '', column[0])) }}
{%- endmacro %}


{#
    A column of a Parquet file as text, whatever its type; lists, structs and maps as JSON, a number as the
    source writes it in text, so that staging reads both alike.
#}
{% macro parquet_text(name, type) -%}
    {{ return(adapter.dispatch('parquet_text', 'footfall')(name, type)) }}
{%- endmacro %}

{% macro duckdb__parquet_text(name, type) -%}
    {%- set column = adapter.quote(name | replace('"', '""')) -%}
    {%- set text = number_as_text(column) if type in ['DOUBLE', 'FLOAT'] else "cast(" ~ column ~ " as string)" -%}
    {%- if source_setting('decimal_mark') == ',' and modules.re.fullmatch('DOUBLE|FLOAT|DECIMAL[(].*[)]', type) -%}
        {{ return("replace(" ~ text ~ ", '.', ',')") }}
    {%- elif type == 'BLOB' -%}
        {{ return("try(decode(" ~ column ~ "))") }}
    {%- elif modules.re.search('^(STRUCT|MAP|UNION)[(]|[]]$', type) -%}
        {{ return("cast(to_json(" ~ column ~ ") as string)") }}
    {%- else -%}
        {{ return(text) }}
    {%- endif -%}
{%- endmacro %}


{% macro snake_case(name) -%}
    {{ return(modules.re.sub('[^a-z0-9]+', '_', name | lower | trim).strip('_')) }}
{%- endmacro %}


{# A floating-point column as text: whole numbers, as ids are in a column with gaps, without '.0'. #}
{% macro number_as_text(column) -%}
    {{ return("case when " ~ column ~ " = floor(" ~ column ~ ") and abs(" ~ column ~ ") < 9007199254740992 then cast(cast(" ~ column ~ " as bigint) as string) else cast(" ~ column ~ " as string) end") }}
{%- endmacro %}


{# The layouts of CSV files, from their first lines. Files with the same first line share a layout. #}
{% macro csv_layouts(paths) -%}
    {%- set headers = first_lines(paths) if paths else {} -%}
    {%- set known = {} -%}
    {%- set layouts = [] -%}
    {%- for path in paths -%}
        {%- set header = headers.get(path) or '' -%}
        {%- if header not in known -%}
            {%- do known.update({header: csv_layout(header)}) -%}
        {%- endif -%}
        {%- do layouts.append(dict(known[header], path=path)) -%}
    {%- endfor -%}
    {{ return(layouts) }}
{%- endmacro %}

{% macro csv_layout(header) -%}
    {%- set layout = {'format': 'csv', 'delimiter': ',', 'columns': [], 'header_lines': 1} -%}
    {%- set unquoted = modules.re.sub('"[^"]*"', '', header) -%}
    {%- for delimiter in [';', '\t', '|'] if unquoted.count(delimiter) > unquoted.count(layout.delimiter) -%}
        {%- do layout.update({'delimiter': delimiter}) -%}
    {%- endfor -%}
    {%- set field = '("(?:[^"]|"")*"|[^{0}]*)(?:[{0}]|$)'.format(layout.delimiter) -%}
    {%- if header | trim and '\x00' not in header -%}
        {%- for name in modules.re.findall(field, header ~ layout.delimiter) -%}
            {%- do layout.columns.append(snake_case(name)) -%}
        {%- endfor -%}
        {%- do layout.columns.pop() -%}
    {%- endif -%}
    {{ return(layout) }}
{%- endmacro %}


{# The first line of each CSV file, {path: line}; an empty file has none. #}
{% macro first_lines(paths) -%}
    {{ return(adapter.dispatch('first_lines', 'footfall')(paths)) }}
{%- endmacro %}

{% macro duckdb__first_lines(paths) -%}
    {#- small files are read together and whole, which is quickest; large ones up to their first line -#}
    {%- set large = [] -%}
    {%- set small = [] -%}
    {%- for path, size in run_query("select filename, size from read_blob(" ~ path_list(paths) ~ ")").rows -%}
        {%- do (large if size > 1000000 else small).append(path) -%}
    {%- endfor -%}
    {%- set queries = [] -%}
    {%- if small -%}
        {%- do queries.append("select source_file, line from " ~ csv_lines(small, '\\n', false) ~ " where source_row = 1") -%}
    {%- endif -%}
    {%- for path in large -%}
        {%- do queries.append("select source_file, line from " ~ csv_lines([path], '\\n', false, 1000000) ~ " limit 1") -%}
    {%- endfor -%}
    {%- set lines = {} -%}
    {%- for query in queries -%}
        {%- for path, line in run_query(query).rows -%}
            {%- do lines.update({path: line}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(lines) }}
{%- endmacro %}


{#
    CSV layouts with the line end that the reader must be given. With '\n' it ends a line at each carriage
    return and each line feed, so a Windows line end counts as two. With '\r\n' a Windows line end counts as
    one, but the reader drops the character behind a lone carriage return. So the second is tried where the
    first finds empty lines, and taken where both find the same text. Where a file mixes lone carriage
    returns with Windows line ends, '\n' stays, and each counts.
#}
{% macro with_line_ends(layouts) -%}
    {{ return(adapter.dispatch('with_line_ends', 'footfall')(layouts)) }}
{%- endmacro %}

{% macro duckdb__with_line_ends(layouts) -%}
    {%- set paths = layouts | map(attribute='path') | list -%}
    {%- set each = line_facts(paths, '\\n') -%}
    {%- set pairs = line_facts(each.values() | selectattr('has_empty') | map(attribute='path') | list, '\\r\\n') -%}
    {%- set told = [] -%}
    {%- for layout in layouts -%}
        {%- set first = each.get(layout.path) -%}
        {%- set second = pairs.get(layout.path) -%}
        {%- set is_paired = second and second.lines < first.lines and second.text == first.text -%}
        {%- do told.append(dict(layout, new_line='\\r\\n' if is_paired else '\\n')) -%}
    {%- endfor -%}
    {{ return(told) }}
{%- endmacro %}

{% macro line_facts(paths, new_line) -%}
    {%- set facts = {} -%}
    {%- if paths -%}
        {%- for path, lines, filled, text in run_query(line_counts(paths, new_line)).rows -%}
            {%- do facts.update({path: {'path': path, 'lines': lines, 'has_empty': filled < lines, 'text': text}}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(facts) }}
{%- endmacro %}
