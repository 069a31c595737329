{# Which raw files there are and what their columns are. Asked at run time, never at parse time. #}

{# The chosen source's entry of var `sources`; an unknown source ends the run here. #}
{% macro source_config() -%}
    {%- if var('source') is not string or var('source') not in var('sources') -%}
        {{ raise_error("var 'source' is '" ~ var('source') ~ "', which is no known source. Use one of: " ~ var('sources') | join(', ') ~ ".") }}
    {%- endif -%}
    {{ return(var('sources')[var('source')]) }}
{%- endmacro %}

{# The chosen source's raw entities, {name: configuration}. #}
{% macro source_entities() -%}
    {{ return(source_config().entities) }}
{%- endmacro %}


{% macro raise_error(message) -%}
    {{ exceptions.raise_compiler_error("Footfall: " ~ message) }}
{%- endmacro %}


{# Paths of one entity's files, sorted. A folder holds `<files>*`; a file or glob is the first entity's. #}
{% macro raw_files(source, entity) -%}
    {%- set config = var('sources')[source].entities[entity] -%}
    {%- set path = var('raw_path') | string -%}
    {%- set found = [] -%}
    {%- if is_folder(path) -%}
        {%- set patterns = [path ~ '/' ~ config.files ~ '*.*'] + ([path ~ '/' ~ config.files ~ '/*.*'] if config.files else []) -%}
    {%- else -%}
        {%- set patterns = [path] if entity == var('sources')[source].entities | first else [] -%}
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
        {%- set name = (file | lower).split('/')[-1] -%}
        {%- if name.endswith('.parquet') -%}
            {%- do layouts.append(parquet_layout(file)) -%}
        {%- elif modules.re.search('[.](csv|tsv|txt)([.]gz)?$', name) -%}
            {%- do layouts.append(csv_layout(file)) -%}
        {%- else -%}
            {{ raise_error("file '" ~ file ~ "' is neither CSV nor Parquet by its name. Point var 'raw_path' at .csv, .tsv, .txt (or these with .gz) or .parquet files.") }}
        {%- endif -%}
        {%- for column in layouts[-1].columns if layouts[-1].columns.count(column) > 1 and column in raw_columns(source, entity) -%}
            {{ raise_error("file '" ~ file ~ "' has more than one column '" ~ column ~ "'. Rename or drop one.") }}
        {%- endfor -%}
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
        {%- set quoted = adapter.quote(name) -%}
        {%- if type in ['DOUBLE', 'FLOAT'] -%}
            {%- do texts.append(number_as_text(quoted)) -%}
        {%- elif type == 'BLOB' -%}
            {%- do texts.append("try(decode(" ~ quoted ~ "))") -%}
        {%- else -%}
            {%- do texts.append("cast(" ~ quoted ~ " as string)") -%}
        {%- endif -%}
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
    {%- set layout = {'path': file, 'format': 'csv', 'new_line': none, 'delimiter': ',', 'columns': []} -%}
    {%- set header = run_query("select max(line) from (select line from " ~ csv_lines(layout, false) ~ " limit 1)")[0][0] or '' -%}
    {%- if not header | trim -%}
        {{ raise_error("file '" ~ file ~ "' is empty or no text: its first line should name the columns.") }}
    {%- endif -%}
    {%- for delimiter in [';', '\t', '|'] if header.count(delimiter) > header.count(layout.delimiter) -%}
        {%- do layout.update({'delimiter': delimiter}) -%}
    {%- endfor -%}
    {%- for name in header.split(layout.delimiter) -%}
        {%- do layout.columns.append(snake_case(name)) -%}
    {%- endfor -%}
    {%- if mixes_line_ends(layout) -%}
        {%- do layout.update({'new_line': '\\n'}) -%}
    {%- endif -%}
    {{ return(layout) }}
{%- endmacro %}


{#
    Whether a file that begins with one kind of line end goes on with another. The reader then must
    be told to break lines at every kind: by itself it takes the first line's kind for all, and
    bites off a character behind a lone carriage return.
#}
{% macro mixes_line_ends(layout) -%}
    {%- set told = dict(layout, new_line='\\n') -%}
    {%- set first_rows = run_query("select line from " ~ csv_lines(told, false) ~ " limit 2") -%}
    {%- if first_rows | length < 2 or first_rows[1][0] is not none -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set measure = "select count(line) || ' lines, ' || coalesce(sum(strlen(line)), 0) || ' bytes' from " -%}
    {{ return(run_query(measure ~ csv_lines(layout, false))[0][0] != run_query(measure ~ csv_lines(told, false))[0][0]) }}
{%- endmacro %}


{% macro text_literal(text) -%}
    {{ return("'" ~ text | replace("'", "''") ~ "'") }}
{%- endmacro %}


{# A path for a reader that would take [, * and ? in it as a pattern. #}
{% macro path_literal(path) -%}
    {{ return(text_literal(modules.re.sub('([*?[])', '[\\1]', path))) }}
{%- endmacro %}
