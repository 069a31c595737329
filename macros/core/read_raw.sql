{#
    The body of a base model over external files: every column of the entity as text, and
    source_file, source_row (physical line or row, the header not counted in Parquet), malformed_reason
    and raw_line, the last two only where a CSV line could not be split into the file's columns.
    A CSV file is read line by line with quoting off and each line is split on its own, so that an
    open quote, a wrong column count or bad bytes cost that line and never the ones after it.
#}
{% macro read_raw(source, entity) -%}
    {%- set config = var('sources')[source].entities[entity] -%}
    {%- set columns = config.columns + config.get('optional_columns', []) + (var('extra_columns') if entity == 'events' else []) -%}
    {%- for layout in (raw_layouts(source, entity) if execute else []) %}
{{ read_parquet_file(layout, columns) if layout.format == 'parquet' else read_csv_file(layout, columns) }}
{% if not loop.last %}union all{% endif %}
    {%- else %}
select
        {%- for column in columns %}
    cast(null as string) as {{ column }},
        {%- endfor %}
    cast(null as string) as source_file,
    cast(null as bigint) as source_row,
    cast(null as string) as malformed_reason,
    cast(null as string) as raw_line
where false
    {%- endfor %}
{%- endmacro %}


{% macro read_parquet_file(layout, columns) -%}
select
    {%- for column in columns %}
    {% if column in layout.columns %}cast({{ adapter.quote(column) }} as string){% else %}cast(null as string){% endif %} as {{ column }},
    {%- endfor %}
    {{ text_literal(layout.path) }} as source_file,
    file_row_number + 1 as source_row,
    cast(null as string) as malformed_reason,
    cast(null as string) as raw_line
from {{ parquet_rows(layout.path) }}
{%- endmacro %}

{% macro parquet_rows(path) -%}
    {{ return(adapter.dispatch('parquet_rows', 'footfall')(path)) }}
{%- endmacro %}

{% macro duckdb__parquet_rows(path) -%}
    {{ return("read_parquet(" ~ text_literal(path) ~ ", file_row_number = true)") }}
{%- endmacro %}


{% macro read_csv_file(layout, columns) -%}
    {%- set width = layout.columns | length -%}
select
    {%- for column in columns %}
    {% if column in layout.columns -%}
        case when malformed_reason is null then nullif(fields[{{ layout.columns.index(column) + 1 }}], '') end
    {%- else -%}cast(null as string){%- endif %} as {{ column }},
    {%- endfor %}
    {{ text_literal(layout.path) }} as source_file,
    source_row,
    malformed_reason,
    case when malformed_reason is not null then line end as raw_line
from (
    select
        source_row,
        line,
        fields,
        case
            when decoded is null then 'bad_encoding'
            when fields is null then 'open_quote'
            when len(fields) <> {{ width }} then 'wrong_column_count'
        end as malformed_reason
    from (
        select
            source_row,
            line,
            decoded,
            {{ csv_fields('decoded', layout.delimiter) }} as fields
        from (
            select
                row_number() over () as source_row,
                line,
                {{ latin1_as_utf8('line') }} as decoded
            from {{ csv_lines(layout.path) }}
        )
    )
)
where source_row > 1 and line is not null
{%- endmacro %}


{# One column `line` per physical line. Latin-1 maps every byte to a character, so no line can fail. #}
{% macro csv_lines(path) -%}
    {{ return(adapter.dispatch('csv_lines', 'footfall')(path)) }}
{%- endmacro %}

{% macro duckdb__csv_lines(path) -%}
    {%- set options = "columns = {'line': 'varchar'}, header = false, auto_detect = false, delim = '\\n', quote = '', escape = '', comment = '', encoding = 'latin-1', strict_mode = false, max_line_size = 100000000" -%}
    {{ return("read_csv(" ~ text_literal(path) ~ ", " ~ options ~ ")") }}
{%- endmacro %}


{# The UTF-8 reading of bytes that were read as Latin-1; null when they are no UTF-8. #}
{% macro latin1_as_utf8(text) -%}
    {{ adapter.dispatch('latin1_as_utf8', 'footfall')(text) }}
{%- endmacro %}

{% macro duckdb__latin1_as_utf8(text) -%}
    {#- back to the bytes, as hex in two-digit tokens: Latin-1 80-BF is C2 xx in UTF-8, C0-FF is C3 xx;
        lower-case replacements cannot match a later pattern -#}
    case
        when strlen({{ text }}) = length({{ text }}) then {{ text }}
        else try(decode(unhex(
            replace(replace(replace(replace(replace(replace(
                regexp_replace(hex(encode({{ text }})), '(..)', '\1 ', 'g'),
                'C2 ', ''), 'C3 8', 'c'), 'C3 9', 'd'), 'C3 A', 'e'), 'C3 B', 'f'), ' ', '')
        )))
    end
{%- endmacro %}


{# The fields of one CSV line, quotes taken off; null when a quote stays open. #}
{% macro csv_fields(line, delimiter) -%}
    {{ adapter.dispatch('csv_fields', 'footfall')(line, delimiter) }}
{%- endmacro %}

{% macro duckdb__csv_fields(line, delimiter) -%}
    {%- set separator = '\\t' if delimiter == '\t' else '[' ~ delimiter ~ ']' -%}
    {%- set class = '\\t' if delimiter == '\t' else delimiter -%}
    {%- set field = '("(?:[^"]|"")*"|[^"' ~ class ~ '][^' ~ class ~ ']*|)' -%}
    {#- a leading delimiter makes every field start with one, the empty first field too -#}
    case
        when instr({{ line }}, '"') = 0 then string_split({{ line }}, {{ text_literal(delimiter) }})
        when regexp_full_match({{ text_literal(delimiter) }} || {{ line }}, '({{ separator }}{{ field }})*')
            then list_transform(
                regexp_extract_all({{ text_literal(delimiter) }} || {{ line }}, '{{ separator }}{{ field }}', 1),
                lambda field: case
                    when starts_with(field, '"') then replace(substr(field, 2, length(field) - 2), '""', '"')
                    else field
                end
            )
    end
{%- endmacro %}
