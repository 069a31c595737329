{#
    The columns of a raw entity as expectations read them. Numbers and times that the source writes in its own
    way are put into the usual form, as staging does; all other columns stay as they are.
-#}
{% macro sample_columns(entity) -%}
    {%- set config = source_entities()[entity] -%}
    {%- set times = config.get('time_columns', []) -%}
    {%- if source_setting('decimal_mark') == ',' or source_setting('time_formats') or source_setting('day_first') is not none -%}
        {%- for column in raw_columns(var('source'), entity) %}
        {%- if column in times %}
        coalesce(cast({{ to_utc(column) }} as string), {{ column }}) as {{ column }},
        {%- elif column == config.price_column %}
        coalesce(cast({{ decimal_value(column) }} as string), {{ column }}) as {{ column }},
        {%- elif column == config.quantity_column %}
        coalesce(cast({{ whole_number(column) }} as string), {{ column }}) as {{ column }},
        {%- else %}
        {{ column }},
        {%- endif %}
        {%- endfor %}
        source_row,
        source_file
    {%- else -%}
        *
    {%- endif -%}
{%- endmacro %}
