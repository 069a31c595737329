{#
    The raw text that broke the rule: the field that the reason is about, else the whole line or row, at most 200
    characters.
    config: the entity's settings; reason: SQL of the reason; row: alias of the raw row.
-#}
{% macro rejected_value(config, reason, row) -%}
    {%- set columns = config.columns + config.get('optional_columns', []) -%}
    {%- set times = config.get('time_columns', []) -%}
    {%- set fields = {
        "'unparseable_time', 'before_valid_from', 'after_valid_to', 'after_as_of', 'later_than_load'": times | first,
        "'unparseable_price', 'negative_price', 'amount_too_large'": config.price_column,
        "'unparseable_quantity', 'quantity_not_positive'": config.quantity_column,
        "'unknown_currency'": 'currency' if 'currency' in columns,
    } -%}
    left(
        coalesce(
            {{ row }}.raw_line,
            case
                {%- for reasons, column in fields.items() if column is defined and column %}
                when {{ reason }} in ({{ reasons }}) then {{ row }}.{{ column }}
                {%- endfor %}
                when 1 = 0 then ''
            end,
            {{ row_as_json(row) }}
        ),
        200
    )
{%- endmacro %}
