{# What Spark writes otherwise than DuckDB in expressions; the macros are described in macros/core. #}

{% macro spark__to_utc(column) -%}
    {#- a cast reads '12:30' as a time of today: only what begins with a day, or is seconds or
        milliseconds since 1970, is a time -#}
    {%- set instant -%}
        case
            when {{ column }} rlike '^[0-9]{10}$' then timestamp_seconds(cast({{ column }} as bigint))
            when {{ column }} rlike '^[0-9]{13}$' then timestamp_millis(cast({{ column }} as bigint))
            when {{ column }} rlike '^ *[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( *$|[ T])'
                then try_cast(replace(replace({{ column }}, ' +', '+'), ' -', '-') as timestamp_ltz)
        end
    {%- endset -%}
    {%- if source_time_zone() == 'UTC' -%}
        cast({{ instant }} as timestamp_ntz)
    {%- else -%}
        case
            when {{ column }} rlike '^([0-9]{10}|[0-9]{13})$|:.*([A-Za-z]|[+-][0-9]{2}(:?[0-9]{2})?)$'
                then cast({{ instant }} as timestamp_ntz)
            else convert_timezone('{{ source_time_zone() }}', 'UTC', cast({{ instant }} as timestamp_ntz))
        end
    {%- endif -%}
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


{# dbt's own knows no order. #}
{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    listagg({{ measure }}, {{ delimiter_text }}) within group ({{ order_by_clause }})
{%- endmacro %}


{% macro spark__last_known(expression) -%}
    last_value({{ expression }}) ignore nulls
{%- endmacro %}


{% macro spark__short_hash(column) -%}
    xxhash64({{ column }})
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
