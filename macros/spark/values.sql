{# What Spark writes otherwise than DuckDB in expressions; the macros are described in macros/core. #}

{# Spark searches a pattern anywhere in a text; $ would let a last line feed pass. #}
{% macro spark__matches(text, pattern) -%}
    {{ return(text ~ " rlike " ~ text_literal('^(?:' ~ pattern ~ ')\\z')) }}
{%- endmacro %}

{% macro spark__rewritten(text, pattern, replacement) -%}
    {{ return("regexp_replace(" ~ text ~ ", " ~ text_literal(pattern) ~ ", " ~ text_literal(replacement) ~ ")") }}
{%- endmacro %}


{#
    The pattern comes first: a cast alone reads '12:30' as a time of today. It takes slashes between
    years and months, which a cast does not.
#}
{% macro spark__iso_to_utc(text) -%}
    {%- set date = rewritten(text, '^(\\s*[0-9]{4})/([0-9]{1,2})/', '$1-$2-') -%}
    {%- set instant -%}
        cast(try_cast({{ rewritten(date, '[ ]+([-+Zz])', '$1') }} as timestamp_ltz) as timestamp_ntz)
    {%- endset -%}
    case
        when {{ matches(text, '.*[0-9][ ]?[AaPp][Mm]') }}
            then {{ local_to_utc("coalesce(" ~ spark_times(text, twelve_hour_formats()) | join(', ') ~ ")") }}
        when {{ matches(text, iso_pattern()) }}
            {%- if source_time_zone() == 'UTC' %}
            then {{ instant }}
            {%- else %}
            then case when {{ matches(text, zoned_pattern()) }} then {{ instant }} else {{ local_to_utc(instant) }} end
            {%- endif %}
    end
{%- endmacro %}

{% macro spark__local_to_utc(timestamp) -%}
    convert_timezone('{{ source_time_zone() }}', 'UTC', {{ timestamp }})
{%- endmacro %}

{% macro spark__microseconds_as_time(number) -%}
    cast(timestamp_micros(cast({{ number }} as bigint)) as timestamp_ntz)
{%- endmacro %}


{% macro spark__formatted_to_utc(text) -%}
    {%- set reads = [] -%}
    {%- for format in source_setting('time_formats') -%}
        {%- set is_zoned = '%z' in format or '%Z' in format -%}
        {%- set time = spark_times(text, [format])[0] -%}
        {%- do reads.append("case when not " ~ matches(text, impossible_offset_pattern()) ~ " then " ~ time ~ " end" if is_zoned else local_to_utc(time)) -%}
    {%- endfor -%}
    {{ reads | join(', ') }}
{%- endmacro %}

{# SQL that reads a text in each of some strptime formats, which Spark writes in Java's letters. #}
{% macro spark_times(text, formats) -%}
    {%- set letters = {
        'Y': 'yyyy', 'y': 'yy', 'm': 'M', 'd': 'd', 'H': 'H', 'I': 'h', 'M': 'm', 'S': 's', 'f': 'SSSSSS',
        'p': 'a', 'b': 'MMM', 'B': 'MMMM', 'a': 'E', 'A': 'EEEE', 'j': 'D', 'z': 'xx', 'Z': 'z', '%': '%',
    } -%}
    {%- set times = [] -%}
    {%- for format in formats -%}
        {%- set parts = [] -%}
        {%- for directive, other in modules.re.findall('%-?(.)|([^%]+)', format) -%}
            {%- do parts.append(letters[directive] if directive else "'" ~ other | replace("'", "''") ~ "'") -%}
        {%- endfor -%}
        {%- do times.append("cast(try_to_timestamp(" ~ text ~ ", " ~ text_literal(parts | join) ~ ") as timestamp_ntz)") -%}
    {%- endfor -%}
    {{ return(times) }}
{%- endmacro %}


{% macro spark__reporting_time(timestamp) -%}
    {%- if reporting_time_zone() == 'UTC' -%}
        {{ timestamp }}
    {%- else -%}
        convert_timezone('UTC', '{{ reporting_time_zone() }}', {{ timestamp }})
    {%- endif -%}
{%- endmacro %}


{% macro spark__weekday(timestamp) -%}
    dayofweek({{ timestamp }})
{%- endmacro %}


{% macro spark__seconds_between(earlier, later) -%}
    timestampdiff(microsecond, {{ earlier }}, {{ later }}) / cast(1000000 as double)
{%- endmacro %}


{# dbt's own drops the fractions of a second. #}
{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) -%}
    timestampadd({{ datepart }}, {{ interval }}, {{ from_date_or_timestamp }})
{%- endmacro %}


{# dbt's own ignores the order. #}
{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    listagg({{ measure }}, {{ delimiter_text }}) {{ "within group (" ~ order_by_clause ~ ")" if order_by_clause }}
{%- endmacro %}


{% macro spark__last_known(expression) -%}
    last_value({{ expression }}) ignore nulls
{%- endmacro %}


{% macro spark__short_hash(column) -%}
    xxhash64({{ column }})
{%- endmacro %}


{% macro spark__all_but(relation_alias, columns) -%}
    {{ relation_alias }}.* except ({{ columns | join(', ') }})
{%- endmacro %}


{% macro spark__rows_hash(relation_alias) -%}
    cast(sum(cast(xxhash64({{ relation_alias }}.*) as decimal(38, 0))) as string)
{%- endmacro %}

{% macro spark__row_as_json(relation_alias) -%}
    to_json(struct({{ relation_alias }}.*), map('ignoreNullFields', 'false'))
{%- endmacro %}


{% macro spark__columns_as_json(columns) -%}
    to_json(
        named_struct({% for column in columns %}{{ text_literal(column) }}, {{ adapter.quote(column) }}{{ ', ' if not loop.last }}{% endfor %}),
        map('ignoreNullFields', 'false')
    )
{%- endmacro %}

{% macro spark__extra_value(column) -%}
    get_json_object(extra, {{ text_literal("$['" ~ column ~ "']") }})
{%- endmacro %}


{% macro spark__raise_when(condition, message) -%}
    case when {{ condition }} then cast(raise_error({{ message }}) as string) end
{%- endmacro %}


{# A seed's rows in the order of their file: Spark wrote them in that order, into numbered files. #}
{% macro spark__seed_row_number() -%}
    cast(row_number() over (order by _metadata.file_name, _metadata.row_index) + 1 as bigint)
{%- endmacro %}


{% macro spark__sort_key(columns) -%}
    struct({{ columns | join(', ') }})
{%- endmacro %}


{# A backslash escapes what follows it, in text as in a pattern. #}
{% macro spark__text_literal(text) -%}
    {{ return("'" ~ text | replace("\\", "\\\\") | replace("'", "\\'") ~ "'") }}
{%- endmacro %}


{% macro spark__list_item(list, number) -%}
    {{ list }}[{{ number - 1 }}]
{%- endmacro %}

{% macro spark__list_length(list) -%}
    cardinality({{ list }})
{%- endmacro %}

{% macro spark__list_as_text(list, delimiter) -%}
    array_join({{ list }}, {{ text_literal(delimiter) }})
{%- endmacro %}
