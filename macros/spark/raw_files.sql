{#
    How Spark lists and reads raw files. Paths are those of the cluster: a folder that all its workers
    see, or an address such as s3a://... A path without a scheme is one of the file system.
#}

{#
    A folder's files at any depth, as a query of `file`. Spark itself takes no pattern of no file, and no
    folder that is not there, such as raw_path/events where the files lie in raw_path.
#}
{% macro spark__list_files(pattern) -%}
    {%- set raw_path = var('raw_path') | string -%}
    {%- set folder = modules.re.sub('/[^/]*[*?\\[{].*$', '', raw_path if pattern.startswith(raw_path ~ '/') else pattern) -%}
    {%- do run_query(
        "create or replace temporary view listed_files using binaryFile options (path "
        ~ text_literal(escaped_path(folder)) ~ ", recursiveFileLookup 'true')"
    ) -%}
    {%- set start = '^' if pattern.startswith('/') or '://' in pattern else '/' -%}
    {%- set expression = modules.re.escape(pattern) | replace('/\\*\\*', '/.*') | replace('\\*', '[^/]*') | replace('\\?', '[^/]') -%}
    {{ return("(select " ~ plain_path('path') ~ " as file from listed_files) where file rlike " ~ text_literal(start ~ expression ~ '$')) }}
{%- endmacro %}

{# A path as the reader wants it, which takes [, * and ? for a pattern, and a comma in braces for another. #}
{% macro escaped_path(path) -%}
    {{ return(modules.re.sub('([][{}*?,\\\\])', '\\\\\\1', path)) }}
{%- endmacro %}

{# One path for all files: the folder that they share, and what differs in braces. #}
{% macro common_path(paths) -%}
    {%- if paths | length == 1 -%}
        {{ return(escaped_path(paths[0])) }}
    {%- endif -%}
    {#- what the first and the last in order share, all between them do -#}
    {%- set first = (paths | min).split('/')[:-1] -%}
    {%- set last = (paths | max).split('/')[:-1] -%}
    {%- set shared = [] -%}
    {%- for part, other in zip(first, last) -%}
        {%- if part == other and shared | length == loop.index0 -%}
            {%- do shared.append(part) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set folder = shared | join('/') ~ '/' -%}
    {%- set rests = [] -%}
    {%- for path in paths -%}
        {%- do rests.append(escaped_path(path[folder | length:])) -%}
    {%- endfor -%}
    {{ return(escaped_path(folder) ~ '{' ~ rests | join(',') ~ '}') }}
{%- endmacro %}

{# A path as users write it, from the address that Spark knows a file by. #}
{% macro plain_path(address) -%}
    {{ return("regexp_replace(" ~ address ~ ", '^file:/+', '/')") }}
{%- endmacro %}

{% macro spark__source_file() -%}
    {{ return(plain_path("url_decode(replace(_metadata.file_path, '+', '%2B'))")) }}
{%- endmacro %}


{# The type of a file's rows, which is known without a row: nothing is read but the files' ends. #}
{% macro spark__parquet_schemas(paths) -%}
    {%- set schemas = [] -%}
    {%- for path in paths -%}
        {%- do schemas.append("select " ~ text_literal(path) ~ " as file_name, typeof(struct(file_rows.*)) as file_schema from (select 1) left join parquet.`" ~ escaped_path(path) ~ "` as file_rows on false") -%}
    {%- endfor -%}
    {{ return(schemas | join(" union all ")) }}
{%- endmacro %}

{% macro spark__parquet_columns(file) -%}
    {{ return("describe query select * from parquet.`" ~ escaped_path(file) ~ "`") }}
{%- endmacro %}

{% macro spark__parquet_text(name, type) -%}
    {%- set column = adapter.quote(name) -%}
    {%- set text = number_as_text(column) if type in ['double', 'float'] else "cast(" ~ column ~ " as string)" -%}
    {%- if source_setting('decimal_mark') == ',' and modules.re.fullmatch('double|float|decimal[(].*[)]', type) -%}
        {{ return("replace(" ~ text ~ ", '.', ',')") }}
    {%- elif type == 'binary' -%}
        {{ return("try_validate_utf8(cast(" ~ column ~ " as string))") }}
    {%- elif modules.re.match('(array|struct|map)<', type) -%}
        {{ return("to_json(" ~ column ~ ", map('ignoreNullFields', 'false'))") }}
    {%- else -%}
        {{ return(text) }}
    {%- endif -%}
{%- endmacro %}

{% macro spark__parquet_rows(paths) -%}
    {{ return("(select *, " ~ spark__source_file() ~ " as source_file, _metadata.row_index as file_row_number from parquet.`" ~ common_path(paths) ~ "`)") }}
{%- endmacro %}


{% macro spark__first_lines(paths) -%}
    {%- set lines = {} -%}
    {%- for path in paths -%}
        {%- for row in run_query("select value from text.`" ~ escaped_path(path) ~ "` where _metadata.file_block_start = 0 limit 1") -%}
            {%- do lines.update({path: row[0]}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(lines) }}
{%- endmacro %}

{# Spark ends a line at \n, at \r\n and at \r alike: nothing is to be told. #}
{% macro spark__with_line_ends(layouts) -%}
    {{ return(layouts) }}
{%- endmacro %}


{#
    The lines of CSV files, numbered without a sort: workers read a file in blocks, and number the
    lines of a task in order. A line's number is its place behind the first of its block, plus the
    lines of all blocks before.
#}
{% macro spark__csv_lines(paths, new_line, is_kept_aside, longest_line) -%}
    {%- set lines -%}
        select
            {{ spark__source_file() }} as source_file,
            nullif(value, '') as line,
            _metadata.file_block_start as block_start,
            monotonically_increasing_id() as line_id
        from text.`{{ common_path(paths) }}`
    {%- endset -%}
    {{ return("(
            select
                lines.source_file,
                lines.line_id - blocks.first_line_id + blocks.earlier_lines + 1 as source_row,
                lines.line
            from (" ~ lines ~ ") as lines
            inner join (
                select
                    source_file,
                    block_start,
                    first_line_id,
                    sum(line_count) over (partition by source_file order by block_start)
                        - line_count as earlier_lines
                from (
                    select
                        source_file,
                        block_start,
                        min(line_id) as first_line_id,
                        count(*) as line_count
                    from (" ~ lines ~ ")
                    group by source_file, block_start
                )
            ) as blocks
                on lines.source_file = blocks.source_file and lines.block_start = blocks.block_start
        )") }}
{%- endmacro %}


{% macro spark__csv_fields(line, delimiter) -%}
    {%- set separator = '[' ~ ('\\t' if delimiter == '\t' else delimiter) ~ ']' -%}
    {%- set class = '\\t' if delimiter == '\t' else delimiter -%}
    {%- set field = '("(?:[^"]|"")*+"|[^"' ~ class ~ '][^' ~ class ~ ']*+|)' -%}
    {%- set led_line = "concat(" ~ text_literal(delimiter) ~ ", " ~ line ~ ")" -%}
    case
        when not is_valid_utf8({{ line }}) then null
        when instr({{ line }}, '"') = 0 then split({{ line }}, {{ text_literal(separator) }})
        when {{ led_line }} rlike {{ text_literal('^(' ~ separator ~ field ~ ')*+$') }}
            then transform(
                regexp_extract_all({{ led_line }}, {{ text_literal(separator ~ field) }}, 1),
                field -> case
                    when startswith(field, '"') then replace(substr(field, 2, length(field) - 2), '""', '"')
                    else field
                end
            )
    end
{%- endmacro %}

{% macro spark__unsplit_reason(line) -%}
    case when is_valid_utf8({{ line }}) then 'open_quote' else 'bad_encoding' end
{%- endmacro %}

{% macro spark__readable_line(line) -%}
    make_valid_utf8({{ line }})
{%- endmacro %}


{#
    Nothing is mended: each line of a record that spans lines is a malformed row, which
    rejected_events shows. Such files are for DuckDB, or to be written as Parquet first.
#}
{% macro spark__mend_raw(source, entity) -%}
{%- endmacro %}
