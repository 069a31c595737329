{# Raw text and times, read the same way by every adapter. #}

{#
    A setting of the chosen source about how it writes its values; null where its file does not have it. A
    setting that should be a list and is none counts as empty: check_source_settings refuses it first.
#}
{% macro source_setting(name) -%}
    {%- set value = source_config().get(name) -%}
    {%- if name not in ['time_formats', 'null_words'] -%}
        {{ return(value) }}
    {%- endif -%}
    {{ return(value | map('string') | list if value is iterable and value is not string and value is not mapping else []) }}
{%- endmacro %}


{% macro text_value(column) -%}
    {#- Looking at the first character first saves time. Only texts that begin with nothing, a blank, n, u, a
        backslash (ascii | 32 ignores case) or a character beyond 127 are compared. The words stand in lists of
        at most four, because DuckDB makes a join of a longer list, with memory that cannot spill -#}
    case
        when
            ((ascii({{ column }}) | 32) in (32, 110, 117, 124) or ascii({{ column }}) > 127)
            and (
                lower(trim({{ column }})) in ('', 'null', 'nan', 'none')
                or lower(trim({{ column }})) in ('n/a', 'undefined', chr(92) || 'n')
            )
            then null
        {{- null_words_are_null(column) }}
        else {{ column }}
    end
{%- endmacro %}

{# Branches of a case that make the source's null_words null, such as -1 or 1970-01-01. #}
{% macro null_words_are_null(column) -%}
    {%- for words in source_setting('null_words') | map('trim') | map('lower') | batch(4) %}
        when lower(trim({{ column }})) in ({% for word in words %}{{ text_literal(word) }}{{ ', ' if not loop.last }}{% endfor %}) then null
    {%- endfor %}
{%- endmacro %}


{#
    Money or a measure from text, in the way the source writes numbers; else null. Nearly every row has the
    plain form, so that is tried first. More than four decimals are rounded, but never to 0.
#}
{% macro decimal_value(column) -%}
    {%- set mark = source_setting('decimal_mark') or '.' -%}
    case
        {{- null_words_are_null(column) }}
        when {{ matches(column, '-?[0-9]{1,14}([' ~ mark ~ '][0-9]{1,4})?') }}
            then try_cast({{ column if mark == '.' else "replace(" ~ column ~ ", ',', '.')" }} as decimal(18, 4))
        when {{ exact_number(column) }} = 0 or abs({{ exact_number(column) }}) >= 0.00005
            then try_cast({{ exact_number(column) }} as decimal(18, 4))
    end
{%- endmacro %}


{#
    An int from text such as '3'; else null. Programs write '3.0' in a column with gaps, so that is 3, too.
    0.9999999 is null: nothing is rounded.
#}
{% macro whole_number(column) -%}
    case
        {{- null_words_are_null(column) }}
        when {{ matches(column, '-?[0-9]{1,9}') }} then try_cast({{ column }} as int)
        when {{ exact_number(column) }} = floor({{ exact_number(column) }})
            then try_cast({{ exact_number(column) }} as int)
    end
{%- endmacro %}


{#
    A number in any form that the source may write, with all its digits; else null. Once the text is known
    to be a number, everything but digits, sign and decimal mark is removed.
#}
{% macro exact_number(column) -%}
    {%- set mark = source_setting('decimal_mark') or '.' -%}
    try_cast(
        case
            when {{ matches(column, number_pattern()) }}
                then replace({{ rewritten(column, '[^0-9' ~ mark ~ '-]', '') }}, '{{ mark }}', '.')
            when {{ matches(column, '-?[0-9]{1,9}([.][0-9]{1,9})?[eE]([+]?[0-9]{1,2}|-0?[0-9])') }}
                then {{ column }}
        end as decimal(38, 19)
    )
{%- endmacro %}


{#
    The pattern of a number: digits, or groups of exactly three with one kind of mark between them. Where the
    source does not say its decimal mark, 1,299 could mean two things, so groups need decimals behind them:
    1,299.00. Blanks, a sign, and the code or sign of var `currency` may stand around the number.
#}
{% macro number_pattern() -%}
    {%- set mark = source_setting('decimal_mark') or '.' -%}
    {%- set groups = [] -%}
    {%- for group in [',' if mark == '.' else '.', "'", '\\x{2019}', ' ', '\\x{A0}', '\\x{202F}'] -%}
        {%- do groups.append('([' ~ group ~ '][0-9]{3})+') -%}
    {%- endfor -%}
    {%- set decimals = '[' ~ mark ~ '][0-9]{0,19}' -%}
    {%- set grouped_decimals = '(' ~ decimals ~ ')?' if source_setting('decimal_mark') else '[.][0-9]{1,19}' -%}
    {%- set number = '([0-9]+(' ~ decimals ~ ')?|[' ~ mark ~ '][0-9]{1,19}|[1-9][0-9]{0,2}(' ~ groups | join('|') ~ ')' ~ grouped_decimals ~ ')' -%}
    {%- set code = var('currency') | string -%}
    {%- set signs = {'USD': '[$]', 'EUR': '\\x{20AC}', 'GBP': '\\x{A3}', 'JPY': '\\x{A5}', 'INR': '\\x{20B9}', 'BRL': 'R[$]', 'PLN': 'z\\x{142}', 'SEK': 'kr'} -%}
    {%- set around = '([\\s\\x{A0}\\x{202F}]|' ~ code ~ ('|' ~ signs[code] if code in signs else '') ~ ')*' -%}
    {{ return(around ~ '[+-]?' ~ around ~ number ~ around) }}
{%- endmacro %}


{# Whether a regular expression matches the whole text. Use only what RE2 and Java read alike. #}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches', 'footfall')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__matches(text, pattern) -%}
    {{ return("regexp_full_match(" ~ text ~ ", " ~ text_literal(pattern) ~ ")") }}
{%- endmacro %}


{# A text with every match of a regular expression replaced; $1 is the first group. #}
{% macro rewritten(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('rewritten', 'footfall')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro duckdb__rewritten(text, pattern, replacement) -%}
    {{ return("regexp_replace(" ~ text ~ ", " ~ text_literal(pattern) ~ ", " ~ text_literal(modules.re.sub('[$]([0-9])', '\\\\\\1', replacement)) ~ ", 'g')") }}
{%- endmacro %}


{#
    The absolute amount of a row, price_column times quantity_column of its entity, which
    source_reconciliation adds up. 0 where the entity has no price. The columns of raw rows are text, those of
    a staging model (is_typed) numbers.
#}
{% macro raw_amount(config, is_typed=false) -%}
    {%- if config.price_column is defined -%}
        cast(abs(coalesce({{ config.price_column if is_typed else decimal_value(config.price_column) }}, 0)) as decimal(22, 4))
        {%- if config.quantity_column is defined %}
        * cast(abs(coalesce(cast({{ config.quantity_column if is_typed else whole_number(config.quantity_column) }} as bigint), 1)) as decimal(10, 0))
        {%- endif -%}
    {%- else -%}
        cast(0 as decimal(22, 4))
    {%- endif -%}
{%- endmacro %}


{# Puts back the leading zeros that a spreadsheet removed from digits; other text stays as it is. #}
{% macro zero_padded(column, length) -%}
    case
        when {{ whole_number(column) }} between 0 and {{ 10 ** length - 1 }}
            then lpad(cast({{ whole_number(column) }} as string), {{ length }}, '0')
        else {{ text_value(column) }}
    end
{%- endmacro %}


{#
    A raw time in UTC; null when it is no time. docs/reading-values.md lists what is read. Forms are tried in
    order, each only on rows that none before it could read: the source's time_formats, then the year first,
    which is the common case, then numbers, then, by day_first, the year last.
#}
{% macro to_utc(column) -%}
    {%- if source_setting('null_words') -%}
    case {{- null_words_are_null(column) }} else {{ time_to_utc(column) }} end
    {%- else -%}
    {{ time_to_utc(column) }}
    {%- endif -%}
{%- endmacro %}

{% macro time_to_utc(column) -%}
    coalesce(
        {%- if source_setting('time_formats') %}
        {{ formatted_to_utc(column) }},
        {%- endif %}
        {{ iso_to_utc(column) }},
        case
            when {{ matches(column, '[1-9][0-9]{9}([0-9]{3}){0,3}([.,][0-9]{0,9})?') }}
                then {{ epoch_to_utc(column) }}
            when {{ matches(column, '[1-9][0-9]{4}([.,][0-9]{1,18})?') }}
                then {{ local_to_utc(day_number_as_time(column)) }}
            {%- if source_setting('day_first') is not none %}
            when {{ matches(column, year_last_pattern()) }}
                then {{ iso_to_utc(year_first(column)) }}
            {%- endif %}
        end
    )
{%- endmacro %}


{# A time that begins with the year, with an offset, a zone or neither; times with AM or PM have none. #}
{% macro iso_to_utc(text) -%}
    {{ adapter.dispatch('iso_to_utc', 'footfall')(text) }}
{%- endmacro %}

{% macro duckdb__iso_to_utc(text) -%}
    {#- Most texts are a plain time without a zone, which costs a third to read. TIMESTAMPTZ reads ' UTC', 'Z'
        and every offset, also impossible ones, which the pattern refuses. The usual offsets are let
        through before the pattern, which saves another third -#}
    {%- set clock = '____-__-__' ~ '_' ~ '__:__:__' -%}
    {%- set instant -%}
        timezone('UTC', coalesce(
            try_cast({{ text }} as timestamptz),
            try_cast({{ rewritten(text, '[ ]+([-+Zz])', '$1') }} as timestamptz)
        ))
    {%- endset -%}
    coalesce(
        {{ local_to_utc("case when " ~ text ~ " like '____-__-__ __:__:__' then try_cast(" ~ text ~ " as timestamp) end") }},
        case
            when {{ text }} like '____-__-__ __:__:__ UTC' then try_cast({{ text }} as timestamp)
            when {{ text }} like '{{ clock }}+0_:00' or {{ text }} like '{{ clock }}-0_:00' or {{ text }} like '{{ clock }}Z'
                then {{ instant }}
            when {{ matches(text, iso_pattern()) }}
                {%- if source_time_zone() == 'UTC' %}
                then {{ instant }}
                {%- else %}
                then case when {{ matches(text, zoned_pattern()) }} then {{ instant }} else {{ local_to_utc(instant) }} end
                {%- endif %}
        end,
        {{ local_to_utc("case when right(" ~ text ~ ", 1) in ('m', 'M') then try_strptime(" ~ text ~ ", ['" ~ twelve_hour_formats() | join("', '") ~ "']) end") }}
    )
{%- endmacro %}

{% macro twelve_hour_formats() -%}
    {{ return(['%Y-%m-%d %I:%M %p', '%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M%p', '%Y-%m-%d %I:%M:%S%p']) }}
{%- endmacro %}

{# No offset on earth is beyond +14:00. #}
{% macro iso_pattern() -%}
    {{ return('\\s*[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([ T]+[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]+)?)?[ ]*(' ~ offset_pattern() ~ '|[A-Za-z][A-Za-z_/]*)?)?\\s*') }}
{%- endmacro %}

{% macro offset_pattern() -%}
    {{ return('[+-](0[0-9]|1[0-3])(:?[0-5][0-9])?|[+-]14(:?00)?') }}
{%- endmacro %}

{% macro zoned_pattern() -%}
    {{ return('.*:.*([A-Za-z]|[+-][0-9]{2}(:?[0-9]{2})?)\\s*') }}
{%- endmacro %}


{# A time on the clock of the source's zone. #}
{% macro local_to_utc(timestamp) -%}
    {%- if source_time_zone() == 'UTC' -%}
        {{ timestamp }}
    {%- else -%}
        {{ adapter.dispatch('local_to_utc', 'footfall')(timestamp) }}
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__local_to_utc(timestamp) -%}
    timezone('UTC', timezone('{{ source_time_zone() }}', {{ timestamp }}))
{%- endmacro %}


{# Seconds, milli-, micro- or nanoseconds since 1970: the number of digits says which. #}
{% macro epoch_to_utc(text) -%}
    {%- set number = "try_cast(replace(" ~ text ~ ", ',', '.') as decimal(28, 9))" -%}
    {%- set microseconds -%}
        floor(case
            when {{ number }} < 10000000000 then {{ number }} * 1000000
            when {{ number }} < 10000000000000 then {{ number }} * 1000
            when {{ number }} < 10000000000000000 then {{ number }}
            else {{ number }} * 0.001
        end)
    {%- endset -%}
    {{ microseconds_as_time(microseconds) }}
{%- endmacro %}


{# A spreadsheet's day number: days since 1899-12-30. Its decimals are exact to the millisecond. #}
{% macro day_number_as_time(text) -%}
    {%- set days = "try_cast(replace(" ~ text ~ ", ',', '.') as decimal(28, 18))" -%}
    {{ microseconds_as_time("(round(" ~ days ~ " * 86400000) - 2209161600000) * 1000") }}
{%- endmacro %}

{% macro microseconds_as_time(number) -%}
    {{ adapter.dispatch('microseconds_as_time', 'footfall')(number) }}
{%- endmacro %}

{% macro duckdb__microseconds_as_time(number) -%}
    make_timestamp(cast({{ number }} as bigint))
{%- endmacro %}


{# 3.12.2025, 03/12/2025 or 03-12-2025, and whatever follows. #}
{% macro year_last_pattern() -%}
    {{ return('\\s*([0-9]{1,2})(?:/([0-9]{1,2})/|[.]([0-9]{1,2})[.]|-([0-9]{1,2})-)([0-9]{4}),?((?:[ T].*)?)') }}
{%- endmacro %}

{% macro year_first(text) -%}
    {{ return(rewritten(text, '^' ~ year_last_pattern() ~ '$', '$5-$2$3$4-$1$6' if source_setting('day_first') else '$5-$1-$2$3$4$6')) }}
{%- endmacro %}


{# A time in one of the source's time_formats. #}
{% macro formatted_to_utc(text) -%}
    {{ adapter.dispatch('formatted_to_utc', 'footfall')(text) }}
{%- endmacro %}

{% macro duckdb__formatted_to_utc(text) -%}
    {%- set local, zoned, reads = [], [], [] -%}
    {%- for format in source_setting('time_formats') -%}
        {%- do (zoned if '%z' in format or '%Z' in format else local).append(text_literal(format)) -%}
    {%- endfor -%}
    {%- if local -%}
        {%- do reads.append(local_to_utc("try_strptime(" ~ text ~ ", [" ~ local | join(', ') ~ "])")) -%}
    {%- endif -%}
    {%- if zoned -%}
        {%- do reads.append("case when not " ~ matches(text, impossible_offset_pattern()) ~ " then timezone('UTC', try_strptime(" ~ text ~ ", [" ~ zoned | join(', ') ~ "])) end") -%}
    {%- endif -%}
    {{ reads | join(', ') }}
{%- endmacro %}

{# Whether the offset behind a clock time is impossible: +99:99, +14:30 or -02:75. #}
{% macro impossible_offset_pattern() -%}
    {{ return('.*:[0-9.]+[ ]?[+-]([2-9][0-9]|1[5-9]|14:?([1-9]|0[1-9])|[0-9]{2}:?[6-9]).*') }}
{%- endmacro %}


{# The zone of raw times without an offset, and the zone of dates in the marts. #}
{% macro source_time_zone() -%}
    {{ return(var('source_time_zone') or source_config().time_zone) }}
{%- endmacro %}

{% macro reporting_time_zone() -%}
    {{ return(var('reporting_time_zone') or source_time_zone()) }}
{%- endmacro %}


{% macro reporting_date(timestamp) -%}
    cast({{ reporting_time(timestamp) }} as date)
{%- endmacro %}


{% macro reporting_time(timestamp) -%}
    {{ adapter.dispatch('reporting_time', 'footfall')(timestamp) }}
{%- endmacro %}

{% macro duckdb__reporting_time(timestamp) -%}
    {%- if reporting_time_zone() == 'UTC' -%}
        {{ timestamp }}
    {%- else -%}
        timezone('{{ reporting_time_zone() }}', timezone('UTC', {{ timestamp }}))
    {%- endif -%}
{%- endmacro %}


{% macro weekday(timestamp) -%}
    {{ adapter.dispatch('weekday', 'footfall')(timestamp) }}
{%- endmacro %}

{% macro duckdb__weekday(timestamp) -%}
    extract(dow from {{ timestamp }}) + 1
{%- endmacro %}


{% macro seconds_between(earlier, later) -%}
    {{ adapter.dispatch('seconds_between', 'footfall')(earlier, later) }}
{%- endmacro %}

{% macro duckdb__seconds_between(earlier, later) -%}
    (epoch_us({{ later }}) - epoch_us({{ earlier }})) / cast(1000000 as double)
{%- endmacro %}


{% macro days_between(earlier, later) -%}
    {{ seconds_between(earlier, later) }} / 86400
{%- endmacro %}


{% macro last_known(expression) -%}
    {{ adapter.dispatch('last_known', 'footfall')(expression) }}
{%- endmacro %}

{% macro duckdb__last_known(expression) -%}
    last_value({{ expression }} ignore nulls)
{%- endmacro %}


{% macro hashed_id(columns) -%}
    {#- the control characters separate ('a', 'bc') from ('ab', 'c'), and null from an empty text -#}
    md5(concat_ws(chr(31)
        {%- for column in columns %}, coalesce({{ column }}, chr(30)){% endfor -%}
    ))
{%- endmacro %}


{#
    A hash of what a row says: of the texts that are not null, with their names. A column that is added later, and
    is null in a row, leaves the row's hash as it is.
    contents: {name: text}
#}
{% macro hashed_contents(contents) -%}
    md5(concat_ws(chr(31)
        {%- for name, text in contents.items() %}, '{{ name }}' || chr(30) || {{ text }}{% endfor -%}
    ))
{%- endmacro %}


{# A hash of 64 bits. Different texts may share it: use it to narrow a search, then compare the texts. #}
{% macro short_hash(column) -%}
    {{ adapter.dispatch('short_hash', 'footfall')(column) }}
{%- endmacro %}

{% macro duckdb__short_hash(column) -%}
    hash({{ column }})
{%- endmacro %}


{#
    One number, as text, for a group of rows of a relation: the sum of a 64-bit hash of each whole row. It does
    not depend on their order, and changes whenever any column of any row does.
#}
{% macro rows_hash(relation_alias) -%}
    {{ adapter.dispatch('rows_hash', 'footfall')(relation_alias) }}
{%- endmacro %}

{% macro duckdb__rows_hash(relation_alias) -%}
    cast(sum(hash({{ relation_alias }})) as string)
{%- endmacro %}


{% macro row_as_json(relation_alias) -%}
    {{ adapter.dispatch('row_as_json', 'footfall')(relation_alias) }}
{%- endmacro %}

{% macro duckdb__row_as_json(relation_alias) -%}
    cast(to_json({{ relation_alias }}) as varchar)
{%- endmacro %}


{% macro raise_when(condition, message) -%}
    {{ adapter.dispatch('raise_when', 'footfall')(condition, message) }}
{%- endmacro %}

{% macro duckdb__raise_when(condition, message) -%}
    case when {{ condition }} then error({{ message }}) end
{%- endmacro %}


{# The line of a row in its seed file, the header being line 1. #}
{% macro seed_row_number() -%}
    {{ adapter.dispatch('seed_row_number', 'footfall')() }}
{%- endmacro %}

{% macro duckdb__seed_row_number() -%}
    row_number() over () + 1
{%- endmacro %}


{#
    One JSON text of the raw columns that a source always carries along and those in var('extra_columns');
    null when there are none.
#}
{% macro extra_as_json(always=[]) -%}
    {%- set columns = always + var('extra_columns') | reject('in', always) | list -%}
    {%- if columns -%}
        {{ adapter.dispatch('columns_as_json', 'footfall')(columns) }}
    {%- else -%}
        cast(null as string)
    {%- endif -%}
{%- endmacro %}

{# The text of one column out of the JSON of extra_as_json; null where the source did not carry it. #}
{% macro extra_value(column) -%}
    {{ adapter.dispatch('extra_value', 'footfall')(column) }}
{%- endmacro %}

{% macro duckdb__extra_value(column) -%}
    json_extract_string(extra, {{ text_literal('$."' ~ column ~ '"') }})
{%- endmacro %}

{% macro duckdb__columns_as_json(columns) -%}
    cast(json_object({% for column in columns %}{{ text_literal(column) }}, {{ adapter.quote(column) }}{{ ', ' if not loop.last }}{% endfor %}) as varchar)
{%- endmacro %}


{#
    The first or last non-null value of a column in a group, by the column event_position: time;
    equal times by type, then id.
#}
{% macro first_value_of(column) -%}
    min_by({{ column }}, event_position) filter (where {{ column }} is not null)
{%- endmacro %}

{% macro last_value_of(column) -%}
    max_by({{ column }}, event_position) filter (where {{ column }} is not null)
{%- endmacro %}


{# A composite sort key for min_by and max_by. #}
{% macro sort_key(columns) -%}
    {{ adapter.dispatch('sort_key', 'footfall')(columns) }}
{%- endmacro %}

{% macro duckdb__sort_key(columns) -%}
    row({{ columns | join(', ') }})
{%- endmacro %}
