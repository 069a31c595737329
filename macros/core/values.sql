{# Raw text and times, read the same way by every adapter. #}

{% macro text_value(column) -%}
    {#- The first character spares nearly every text the whole look: nothing or a blank (32 with its bit
        set), n, u, or a backslash (124), in either case; beyond 127 it may be a blank. DuckDB makes a
        join of a list of five or more, whose memory, for each column, cannot spill -#}
    case
        when
            ((ascii({{ column }}) | 32) in (32, 110, 117, 124) or ascii({{ column }}) > 127)
            and (
                lower(trim({{ column }})) in ('', 'null', 'nan', 'none')
                or lower(trim({{ column }})) in ('n/a', 'undefined', chr(92) || 'n')
            )
            then null
        else {{ column }}
    end
{%- endmacro %}


{# An int from text such as '3' or '3.0', which a file writer makes of a column with gaps; else null. #}
{% macro whole_number(column) -%}
    case
        when try_cast({{ column }} as decimal(18, 4)) = floor(try_cast({{ column }} as decimal(18, 4)))
            then try_cast(try_cast({{ column }} as decimal(18, 4)) as int)
    end
{%- endmacro %}


{#
    What a raw row is worth by its entity's price_column and quantity_column, whatever its direction:
    what source_reconciliation adds up. 0 where the entity has no price.
#}
{% macro raw_amount(config) -%}
    {%- if config.price_column is defined -%}
        cast(abs(coalesce(try_cast({{ config.price_column }} as decimal(18, 4)), 0)) as decimal(22, 4))
        {%- if config.quantity_column is defined %}
        * cast(abs(coalesce(cast({{ whole_number(config.quantity_column) }} as bigint), 1)) as decimal(10, 0))
        {%- endif -%}
    {%- else -%}
        cast(0 as decimal(22, 4))
    {%- endif -%}
{%- endmacro %}


{# Digits to the length they had before a spreadsheet took their leading zeros; other text stays. #}
{% macro zero_padded(column, length) -%}
    case
        when {{ whole_number(column) }} between 0 and {{ 10 ** length - 1 }}
            then lpad(cast({{ whole_number(column) }} as string), {{ length }}, '0')
        else {{ text_value(column) }}
    end
{%- endmacro %}


{% macro to_utc(column) -%}
    {{ adapter.dispatch('to_utc', 'footfall')(column) }}
{%- endmacro %}

{% macro duckdb__to_utc(column) -%}
    {#- Most texts are a plain time, which has no zone to be read and costs a third. TIMESTAMPTZ honours
        ' UTC', 'Z' and every offset, which TIMESTAMP would silently drop. Only what it cannot read pays for
        the rest: a blank before the offset, seconds or milliseconds since 1970 -#}
    {%- set plain_time -%}
        case when {{ column }} like '____-__-__ __:__:__' then try_cast({{ column }} as timestamp) end
    {%- endset -%}
    {%- set instant -%}
        coalesce(
            try_cast({{ column }} as timestamptz),
            try_cast(replace(replace({{ column }}, ' +', '+'), ' -', '-') as timestamptz),
            case
                when regexp_full_match({{ column }}, '[0-9]{10}')
                    then to_timestamp(try_cast({{ column }} as bigint))
                when regexp_full_match({{ column }}, '[0-9]{13}')
                    then to_timestamp(try_cast({{ column }} as bigint) / 1000.0)
            end
        )
    {%- endset -%}
    {%- if source_time_zone() == 'UTC' -%}
        coalesce({{ plain_time }}, timezone('UTC', {{ instant }}))
    {%- else -%}
        coalesce(
            timezone('UTC', timezone('{{ source_time_zone() }}', {{ plain_time }})),
            case
                when
                    regexp_full_match({{ column }}, '[0-9]{10}|[0-9]{13}')
                    or regexp_matches({{ column }}, ':.*([A-Za-z]|[+-][0-9]{2}(:?[0-9]{2})?)$')
                    then timezone('UTC', {{ instant }})
                else timezone('UTC', timezone('{{ source_time_zone() }}', timezone('UTC', {{ instant }})))
            end
        )
    {%- endif -%}
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
    {#- control characters, which no text holds, keep ('a', 'bc') and ('ab', 'c') and null apart -#}
    md5(concat_ws(chr(31)
        {%- for column in columns %}, coalesce({{ column }}, chr(30)){% endfor -%}
    ))
{%- endmacro %}


{# A number of 64 bits, which two texts may share: it narrows a search for equal ones, which then compares. #}
{% macro short_hash(column) -%}
    {{ adapter.dispatch('short_hash', 'footfall')(column) }}
{%- endmacro %}

{% macro duckdb__short_hash(column) -%}
    hash({{ column }})
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
    The raw columns that a source always carries along, and those named in var('extra_columns'), as one
    JSON text; null when there are none.
#}
{% macro extra_as_json(always=[]) -%}
    {%- set columns = always + var('extra_columns') | reject('in', always) | list -%}
    {%- if columns -%}
        {{ adapter.dispatch('columns_as_json', 'footfall')(columns) }}
    {%- else -%}
        cast(null as string)
    {%- endif -%}
{%- endmacro %}

{# A column's text in what extra_as_json made; null where it was not carried. #}
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
