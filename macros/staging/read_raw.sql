{#
    The body of a base model over external files. It has every column of the entity as text, then
    source_row (physical line or row; Parquet has no header to count), malformed_reason and raw_line (filled
    where a CSV line could not be split into the file's columns), and source_file. That one is last, because
    Spark puts it there in a table with a folder per file.
    A CSV file is read line by line with quoting off and each line is split on its own, so that an
    open quote, a wrong column count or bad bytes cost that line and never the ones after it.
    Files of one layout are read together, so that a shop may bring thousands.
#}
{% macro read_raw(source, entity) -%}
    {%- set columns = raw_columns(source, entity) -%}
    {%- set layouts = raw_layouts(source, entity, files_to_read(entity) if execute else []) -%}
    {%- set parquet = layouts | selectattr('format', 'equalto', 'parquet') | list -%}
    {%- set csv = layouts | selectattr('format', 'equalto', 'csv') | list -%}
    {%- for group in layout_groups(parquet) + layout_groups(with_line_ends(csv)) %}
{{ read_parquet_files(group, columns) if group.format == 'parquet' else read_csv_files(group, columns) }}
{% if not loop.last %}union all{% endif %}
    {%- else %}
select
        {%- for column in columns %}
    cast(null as string) as {{ column }},
        {%- endfor %}
    cast(null as bigint) as source_row,
    cast(null as string) as malformed_reason,
    cast(null as string) as raw_line,
    cast(null as string) as source_file
where false
    {%- endfor %}
{%- endmacro %}


{# Joins layouts that differ only in their path, so that their files are read together. #}
{% macro layout_groups(layouts) -%}
    {%- set groups = {} -%}
    {%- for layout in layouts -%}
        {%- set key = dict(layout, path='') -%}
        {%- do groups.setdefault(key | string, dict(key, paths=[])).paths.append(layout.path) -%}
    {%- endfor -%}
    {{ return(groups.values() | list) }}
{%- endmacro %}


{# The raw columns of an entity: those it must have, those it may have, and the shop's extra ones. #}
{% macro raw_columns(source, entity) -%}
    {%- set config = source_config(source).entities[entity] -%}
    {%- set columns = config.columns + config.get('optional_columns', []) -%}
    {%- if config.becomes == 'events' -%}
        {%- set columns = columns + var('extra_columns') | reject('in', columns) | list -%}
    {%- endif -%}
    {{ return(columns) }}
{%- endmacro %}


{% macro read_parquet_files(group, columns) -%}
select
    {%- for column in columns %}
    {% if column in group.columns %}{{ group.texts[group.columns.index(column)] }}{% else %}cast(null as string){% endif %} as {{ column }},
    {%- endfor %}
    file_row_number + 1 as source_row,
    cast(null as string) as malformed_reason,
    cast(null as string) as raw_line,
    source_file
from {{ parquet_rows(group.paths) }}
{%- endmacro %}

{% macro parquet_rows(paths) -%}
    {{ return(adapter.dispatch('parquet_rows', 'footfall')(paths)) }}
{%- endmacro %}

{% macro duckdb__parquet_rows(paths) -%}
    {{ return("read_parquet(" ~ path_list(paths) ~ ", file_row_number = true, filename = 'source_file', hive_partitioning = false)") }}
{%- endmacro %}


{% macro read_csv_files(group, columns) -%}
select
    {{ csv_columns(group, columns) }},
    source_row,
    malformed_reason,
    case when malformed_reason is not null then {{ readable_line('line') }} end as raw_line,
    source_file
from (
    select
        *,
        case
            when fields is null then {{ unsplit_reason('line') }}
            when {{ list_length('fields') }} <> {{ group.columns | length }} then 'wrong_column_count'
        end as malformed_reason
    from (
        select
            *,
            {{ csv_fields('line', group.delimiter) }} as fields
        from {{ csv_lines(group.paths, group.new_line, true) }}
    )
)
where source_row > {{ group.header_lines }} and line is not null
{%- endmacro %}

{% macro csv_columns(group, columns) -%}
    {%- for column in columns %}
    {% if column in group.columns -%}
        case
            when {{ list_length('fields') }} = {{ group.columns | length }}
                then nullif({{ list_item('fields', group.columns.index(column) + 1) }}, '')
        end
    {%- else -%}cast(null as string){%- endif %} as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#
    The physical lines of CSV files, with quoting off: source_file, source_row, and line, which is null when
    it is empty. The reader leaves out lines that are no UTF-8; with is_kept_aside, DuckDB keeps them for
    add_undecodable_lines.
#}
{% macro csv_lines(paths, new_line, is_kept_aside, longest_line=100000000) -%}
    {{ return(adapter.dispatch('csv_lines', 'footfall')(paths, new_line, is_kept_aside, longest_line)) }}
{%- endmacro %}

{% macro duckdb__csv_lines(paths, new_line, is_kept_aside, longest_line) -%}
    {#- a line's number is its number among all lines less that of its file's first: these windows stream -#}
    {{ return("(
            select
                filename as source_file,
                line_number - max(case when is_first then line_number end)
                    over (rows between unbounded preceding and current row) + 1 as source_row,
                line
            from (
                select
                    filename,
                    line,
                    row_number() over () as line_number,
                    coalesce(lag(file_index) over () <> file_index, true) as is_first
                from " ~ csv_reader(paths, new_line, is_kept_aside, longest_line) ~ "
            )
        )") }}
{%- endmacro %}

{% macro csv_reader(paths, new_line, is_kept_aside, longest_line) -%}
    {#- The reader needs a delimiter. No line holds a line feed, so that cuts nothing. '\n' in quotes would be
        two characters, which a text may hold -#}
    {%- set options = [
        "columns = {'line': 'varchar'}", "auto_detect = false", "header = false",
        "delim = chr(10)", "quote = ''", "escape = ''", "comment = ''", "strict_mode = false",
        "max_line_size = " ~ longest_line, "hive_partitioning = false",
        "new_line = '" ~ new_line ~ "'",
        "store_rejects = true" if is_kept_aside else "ignore_errors = true",
    ] -%}
    {{ return("read_csv(" ~ path_list(paths) ~ ", " ~ options | join(", ") ~ ")") }}
{%- endmacro %}


{# A query for how many lines each CSV file has, how many are not empty, and a sum of their hashes. #}
{% macro line_counts(paths, new_line) -%}
    {{ return("select filename, count(*), count(line), cast(sum(hash(line)) filter (where line is not null) as string) from " ~ csv_reader(paths, new_line, false, 100000000) ~ " group by filename") }}
{%- endmacro %}


{#
    The post-hook of a base model over external files. Files without such lines pay nothing.
    First, a line that left a quote open may begin a record that spans lines. More and more of the lines
    behind it are added, until the quote closes on the right number of columns. A line that is a record of
    its own ends the attempt, so that a stray quote never swallows good rows; the first line then stays
    malformed. To be a record of its own, a line needs the right number of columns, quotes in pairs, and times
    where the entity has times: somebody's text may have the right number of commas by chance.
    Then, lines that are no UTF-8 are added as malformed rows.
#}
{% macro mend_raw(source, entity) -%}
    {{ return(adapter.dispatch('mend_raw', 'footfall')(source, entity)) }}
{%- endmacro %}

{% macro duckdb__mend_raw(source, entity) -%}
    {%- set layouts = raw_layouts(source, entity, files_to_read(entity) if execute else []) | selectattr('format', 'equalto', 'csv') | list -%}
    {%- if layouts -%}
        {%- set opened = run_query("select distinct source_file from " ~ this ~ " where malformed_reason = 'open_quote'").columns[0].values() -%}
        {%- set time_columns = source_config(source).entities[entity].get('time_columns', []) -%}
        {%- for group in layout_groups(with_line_ends(layouts | selectattr('path', 'in', opened) | list)) -%}
            {{ join_spanning_records(group, raw_columns(source, entity), time_columns) }};
        {%- endfor %}
    {{ add_undecodable_lines(layouts | map(attribute='path') | list) }}
    {%- endif -%}
{%- endmacro %}


{% macro join_spanning_records(group, columns, time_columns) -%}
    create or replace temp table spanning_records as
    with reach as (
        select
            source_file,
            source_row,
            unnest(range(source_row, source_row + {{ var('csv_record_lines') }})) as reached_row
        from {{ this }}
        where
            malformed_reason = 'open_quote'
            and source_file in ({% for path in group.paths %}{{ text_literal(path) }}{{ ', ' if not loop.last }}{% endfor %})
    ),
    candidates as (
        select
            reach.source_file,
            reach.source_row,
            reach.reached_row as last_row,
            lines.line,
            {{ csv_fields('lines.line', group.delimiter) }} as fields
        from {{ csv_lines(group.paths, group.new_line, false) }} as lines
        inner join reach
            on lines.source_file = reach.source_file and lines.source_row = reach.reached_row
    ),
    attempts as (
        select
            source_file,
            source_row,
            last_row,
            string_agg(coalesce(line, ''), chr(10)) over up_to_here as line,
            bool_or(
                coalesce(
                    last_row > source_row
                    and len(fields) = {{ group.columns | length }}
                    and (length(line) - length(replace(line, '"', ''))) % 2 = 0
                    {%- for column in time_columns if column in group.columns %}
                    {%- set field = 'fields[' ~ (group.columns.index(column) + 1) ~ ']' %}
                    and ({{ text_value(field) }} is null or {{ to_utc(field) }} is not null)
                    {%- endfor %},
                    false
                )
            ) over up_to_here as is_over
        from candidates
        window up_to_here as (
            partition by source_file, source_row
            order by last_row
            rows between unbounded preceding and current row
        )
    ),
    closings as (
        select
            source_file,
            source_row,
            min(last_row) as last_row,
            min_by(fields, last_row) as fields
        from (
            select *, {{ csv_fields('line', group.delimiter) }} as fields from attempts
            where not is_over
        )
        where len(fields) = {{ group.columns | length }}
        group by source_file, source_row
    ),
    -- leave out lines that are part of an earlier record
    bounded as (
        select
            *,
            max(last_row) over (
                partition by source_file
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
        base.source_file = spanning_records.source_file
        and base.source_row between spanning_records.source_row and spanning_records.last_row;

    insert into {{ this }}
    select
        {{ csv_columns(group, columns) }},
        source_row,
        null as malformed_reason,
        null as raw_line,
        source_file
    from spanning_records
{%- endmacro %}


{# Besides lines that are no UTF-8, the reader leaves out those of more than 100 MB. #}
{% macro add_undecodable_lines(paths) -%}
    create or replace temp table undecodable as
    select
        scans.file_path as source_file,
        errors.line as source_row,
        trim(errors.csv_line, chr(10) || chr(13)) as raw_line,
        case
            when errors.error_type = 'LINE SIZE OVER MAXIMUM' then 'line_too_long' else 'bad_encoding'
        end as malformed_reason,
        row_number() over (partition by scans.file_path order by errors.line) as lines_left_out
    from reject_errors as errors
    inner join reject_scans as scans
        on errors.scan_id = scans.scan_id and errors.file_id = scans.file_id
    where scans.file_path in ({% for path in paths %}{{ text_literal(path) }}{{ ', ' if not loop.last }}{% endfor %});

    -- add the number of lines that the reader left out before this one
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
    select source_file, source_row, malformed_reason, raw_line from undecodable
{%- endmacro %}


{# The fields of one CSV line, quotes taken off; null when a quote stays open. #}
{% macro csv_fields(line, delimiter) -%}
    {{ adapter.dispatch('csv_fields', 'footfall')(line, delimiter) }}
{%- endmacro %}

{% macro duckdb__csv_fields(line, delimiter) -%}
    {%- set separator = '\\t' if delimiter == '\t' else '[' ~ delimiter ~ ']' -%}
    {%- set class = '\\t' if delimiter == '\t' else delimiter -%}
    {%- set field = '("(?:[^"]|"")*"|[^"' ~ class ~ '][^' ~ class ~ ']*|)' -%}
    {#- with a delimiter put in front, every field begins with one, also an empty first field -#}
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


{# Why a line could not be split. On DuckDB, add_undecodable_lines adds lines that are no UTF-8 later. #}
{% macro unsplit_reason(line) -%}
    {{ adapter.dispatch('unsplit_reason', 'footfall')(line) }}
{%- endmacro %}

{% macro duckdb__unsplit_reason(line) -%}
    'open_quote'
{%- endmacro %}


{# A line as text that can be stored. #}
{% macro readable_line(line) -%}
    {{ adapter.dispatch('readable_line', 'footfall')(line) }}
{%- endmacro %}

{% macro duckdb__readable_line(line) -%}
    {{ line }}
{%- endmacro %}


{# An item of a list: engines count from 0 or from 1. #}
{% macro list_item(list, number) -%}
    {{ adapter.dispatch('list_item', 'footfall')(list, number) }}
{%- endmacro %}

{% macro duckdb__list_item(list, number) -%}
    {{ list }}[{{ number }}]
{%- endmacro %}

{% macro list_length(list) -%}
    {{ adapter.dispatch('list_length', 'footfall')(list) }}
{%- endmacro %}

{% macro duckdb__list_length(list) -%}
    len({{ list }})
{%- endmacro %}

{% macro list_as_text(list, delimiter) -%}
    {{ adapter.dispatch('list_as_text', 'footfall')(list, delimiter) }}
{%- endmacro %}

{% macro duckdb__list_as_text(list, delimiter) -%}
    array_to_string({{ list }}, {{ text_literal(delimiter) }})
{%- endmacro %}
