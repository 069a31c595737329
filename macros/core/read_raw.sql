{#
    The body of a base model over external files: every column of the entity as text, and
    source_file, source_row (physical line or row, the header not counted in Parquet), malformed_reason
    and raw_line, the last two only where a CSV line could not be split into the file's columns.
    A CSV file is read line by line with quoting off and each line is split on its own, so that an
    open quote, a wrong column count or bad bytes cost that line and never the ones after it.
#}
{% macro read_raw(source, entity) -%}
    {%- set columns = raw_columns(source, entity) -%}
    {%- for layout in raw_layouts(source, entity) %}
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


{# The raw columns of an entity: those it must have, those it may have, and the shop's extra ones. #}
{% macro raw_columns(source, entity) -%}
    {%- set config = var('sources')[source].entities[entity] -%}
    {%- set columns = config.columns + config.get('optional_columns', []) -%}
    {%- if config.becomes == 'events' -%}
        {%- set columns = columns + var('extra_columns') | reject('in', columns) | list -%}
    {%- endif -%}
    {{ return(columns) }}
{%- endmacro %}


{% macro read_parquet_file(layout, columns) -%}
select
    {%- for column in columns %}
    {% if column in layout.columns %}{{ layout.texts[layout.columns.index(column)] }}{% else %}cast(null as string){% endif %} as {{ column }},
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
    {{ return("read_parquet(" ~ path_literal(path) ~ ", file_row_number = true, hive_partitioning = false)") }}
{%- endmacro %}


{% macro read_csv_file(layout, columns) -%}
select
    {{ csv_columns(layout, columns) }},
    {{ text_literal(layout.path) }} as source_file,
    source_row,
    malformed_reason,
    case when malformed_reason is not null then line end as raw_line
from (
    select
        *,
        case
            when fields is null then 'open_quote'
            when len(fields) <> {{ layout.columns | length }} then 'wrong_column_count'
        end as malformed_reason
    from (
        select
            *,
            {{ csv_fields('line', layout.delimiter) }} as fields
        from (
            select
                row_number() over () as source_row,
                line
            from {{ csv_lines(layout, true) }}
        )
    )
)
where source_row > 1 and line is not null
{%- endmacro %}

{% macro csv_columns(layout, columns) -%}
    {%- for column in columns %}
    {% if column in layout.columns -%}
        case
            when len(fields) = {{ layout.columns | length }} then nullif(fields[{{ layout.columns.index(column) + 1 }}], '')
        end
    {%- else -%}cast(null as string){%- endif %} as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#
    One column `line` per physical line, with quoting off. The reader leaves out lines that are no
    UTF-8; with is_kept_aside it remembers them for add_undecodable_lines.
#}
{% macro csv_lines(layout, is_kept_aside) -%}
    {{ return(adapter.dispatch('csv_lines', 'footfall')(layout, is_kept_aside)) }}
{%- endmacro %}

{% macro duckdb__csv_lines(layout, is_kept_aside) -%}
    {%- set options = [
        "columns = {'line': 'varchar'}", "auto_detect = false", "header = false",
        "delim = '\\n'", "quote = ''", "escape = ''", "comment = ''", "strict_mode = false",
        "max_line_size = 100000000", "hive_partitioning = false",
        "store_rejects = true" if is_kept_aside else "ignore_errors = true",
    ] + (["new_line = '" ~ layout.new_line ~ "'"] if layout.new_line else []) -%}
    {{ return("read_csv(" ~ path_literal(layout.path) ~ ", " ~ options | join(", ") ~ ")") }}
{%- endmacro %}


{#
    The post-hook of a base model over external files. First, a line that left a quote open may
    be the first of a record that spans lines: it is tried with ever more of the lines behind it until
    the quote closes on the right number of columns. A line that is a record of its own ends the
    attempt, so a stray quote never swallows good rows; then the first line stays malformed. Such a line
    has the right number of columns, no open quote, and times where the entity has times; a line of
    somebody's text may have the right number of commas. Then, lines that are no UTF-8 come in as malformed rows.
    Files without such lines pay nothing.
#}
{% macro mend_raw(source, entity) -%}
    {%- set layouts = raw_layouts(source, entity) | selectattr('format', 'equalto', 'csv') | list -%}
    {%- set paths = layouts | map(attribute='path') | list -%}
    {%- if paths -%}
        {%- set opened = [] -%}
        {%- for row in run_query("select distinct source_file from " ~ this ~ " where malformed_reason = 'open_quote'") -%}
            {%- do opened.append(row[0]) -%}
        {%- endfor -%}
        {%- for layout in layouts if layout.path in opened -%}
            {{ join_spanning_records(layout, raw_columns(source, entity), var('sources')[source].entities[entity].get('time_columns', [])) }};
        {%- endfor %}
    {{ add_undecodable_lines(paths) }}
    {%- endif -%}
{%- endmacro %}


{% macro join_spanning_records(layout, columns, time_columns) -%}
    {{ adapter.dispatch('join_spanning_records', 'footfall')(layout, columns, time_columns) }}
{%- endmacro %}

{% macro duckdb__join_spanning_records(layout, columns, time_columns) -%}
    create or replace temp table spanning_records as
    with openings as (
        select source_row from {{ this }}
        where source_file = {{ text_literal(layout.path) }} and malformed_reason = 'open_quote'
    ),
    candidates as (
        select
            openings.source_row,
            lines.source_row as last_row,
            lines.line,
            {{ csv_fields('lines.line', layout.delimiter) }} as fields
        from (
            select row_number() over () as source_row, line
            from {{ csv_lines(layout, false) }}
        ) as lines
        inner join openings
            on lines.source_row between openings.source_row
            and openings.source_row + {{ var('csv_record_lines') }} - 1
    ),
    attempts as (
        select
            source_row,
            last_row,
            string_agg(coalesce(line, ''), chr(10)) over up_to_here as line,
            bool_or(
                coalesce(
                    last_row > source_row
                    and len(fields) = {{ layout.columns | length }}
                    and (length(line) - length(replace(line, '"', ''))) % 2 = 0
                    {%- for column in time_columns if column in layout.columns %}
                    {%- set field = 'fields[' ~ (layout.columns.index(column) + 1) ~ ']' %}
                    and ({{ text_value(field) }} is null or {{ to_utc(field) }} is not null)
                    {%- endfor %},
                    false
                )
            ) over up_to_here as is_over
        from candidates
        window up_to_here as (
            partition by source_row
            order by last_row
            rows between unbounded preceding and current row
        )
    ),
    closings as (
        select
            source_row,
            min(last_row) as last_row,
            min_by(fields, last_row) as fields
        from (
            select *, {{ csv_fields('line', layout.delimiter) }} as fields from attempts
            where not is_over
        )
        where len(fields) = {{ layout.columns | length }}
        group by source_row
    ),
    -- a line inside an earlier record opens none of its own
    bounded as (
        select
            *,
            max(last_row) over (
                order by source_row
                rows between unbounded preceding and 1 preceding
            ) as earlier_last_row
        from closings
    )
    select * from bounded
    where source_row > coalesce(earlier_last_row, 0);

    delete from {{ this }} as base
    using spanning_records
    where
        base.source_file = {{ text_literal(layout.path) }}
        and base.source_row between spanning_records.source_row and spanning_records.last_row;

    insert into {{ this }}
    select
        {{ csv_columns(layout, columns) }},
        {{ text_literal(layout.path) }} as source_file,
        source_row,
        null as malformed_reason,
        null as raw_line
    from spanning_records
{%- endmacro %}


{% macro add_undecodable_lines(paths) -%}
    {{ adapter.dispatch('add_undecodable_lines', 'footfall')(paths) }}
{%- endmacro %}

{% macro duckdb__add_undecodable_lines(paths) -%}
    create or replace temp table undecodable as
    select
        scans.file_path as source_file,
        errors.line as source_row,
        trim(errors.csv_line, chr(10) || chr(13)) as raw_line,
        row_number() over (partition by scans.file_path order by errors.line) as lines_left_out
    from reject_errors as errors
    inner join reject_scans as scans
        on errors.scan_id = scans.scan_id and errors.file_id = scans.file_id
    where scans.file_path in ({% for path in paths %}{{ text_literal(path) }}{{ ', ' if not loop.last }}{% endfor %});

    -- a line moves by the number of lines left out before it
    update {{ this }} as base
    set source_row = base.source_row + shifts.lines_left_out
    from (
        select
            base.rowid as row_id,
            steps.lines_left_out
        from {{ this }} as base
        asof join (
            select
                source_file,
                source_row - lines_left_out as lines_kept_before,
                max(lines_left_out) as lines_left_out
            from undecodable
            group by source_file, source_row - lines_left_out
        ) as steps
            on base.source_file = steps.source_file and base.source_row > steps.lines_kept_before
    ) as shifts
    where base.rowid = shifts.row_id;

    insert into {{ this }} (source_file, source_row, malformed_reason, raw_line)
    select source_file, source_row, 'bad_encoding', raw_line from undecodable
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
